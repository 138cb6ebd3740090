package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.Subscription;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines that answer what no engine at hand does: too old, too new, broken or lying. */
final class OddEnginesTest {

  private static final String NODE = "node-1";
  private static final String OLD_PING =
      ScriptedEngine.http(
          "200 OK", "text/plain", "OK", "Api-Version: 1.40\r\nServer: Docker/19.03.15 (linux)\r\n");
  private static final String PODMAN_PING =
      ScriptedEngine.http(
          "200 OK", "text/plain", "OK", "Api-Version: 1.41\r\nLibpod-Api-Version: 4.9.3\r\n");

  @TempDir Path folder;
  private ScriptedEngine engine;
  private OciRuntime runtime;

  @BeforeEach
  void open() {
    engine = new ScriptedEngine(folder.resolve("engine.sock"));
    runtime =
        new OciRuntime(
            "odd", NODE, engine.socket(), Deadlines.DEFAULT, InstantSource.system(), folder);
  }

  @AfterEach
  void close() {
    runtime.close();
    engine.close();
  }

  @Test
  void anEngineThatIsTooOldIsRefusedWithTheReason() {
    engine.answer("/_ping", OLD_PING);

    assertThatThrownBy(runtime::list)
        .isInstanceOf(RuntimeFailure.Unavailable.class)
        .hasMessageContaining("Docker 19.03.15 is too old (expected: 20.10 or newer)");
  }

  @Test
  void anEngineThatWasTooOldIsUsedWhenItWasReplaced() {
    engine.answer("/_ping", OLD_PING);
    assertThatThrownBy(runtime::list).isInstanceOf(RuntimeFailure.Unavailable.class);
    engine
        .answer("/_ping", ScriptedEngine.PING)
        .answer("/containers/json", ScriptedEngine.json("[]"));

    assertThat(runtime.list()).isEmpty();
  }

  @Test
  void aNewerEngineIsSpokenToInAVersionThatItKnows() {
    engine
        .answer(
            "/_ping",
            ScriptedEngine.http(
                "200 OK",
                "text/plain",
                "OK",
                "Api-Version: 1.52\r\nServer: Docker/29.1.3 (linux)\r\n"))
        .answer("/v1.44/containers/json", ScriptedEngine.json("[]"));

    assertThat(runtime.list()).isEmpty();
    assertThat(runtime.info().apiVersion()).isEqualTo("1.44");
  }

  @Test
  void aRemovalInWhichPodmanWasKilledIsFinishedSoThatItCanListAgain() {
    String container = "{\"Id\":\"%s\",\"State\":\"%s\",\"Labels\":{\"tallyman.node\":\"%s\"}}";
    engine
        .answer("/_ping", PODMAN_PING)
        .answer(
            "GET /v1.41/containers/json",
            ScriptedEngine.error("500 Internal Server Error", "layer not known"))
        .answer(
            "/libpod/containers/json",
            ScriptedEngine.json(
                "[%s,%s,%s]"
                    .formatted(
                        container.formatted("half", "removing", NODE),
                        container.formatted("whole", "running", NODE),
                        container.formatted("foreign", "removing", "node-2"))))
        .answer("DELETE ", ScriptedEngine.json("[{\"Id\":\"half\"}]"));

    assertThatThrownBy(runtime::list).hasMessageContaining("layer not known");

    assertThat(engine.requests().stream().filter(r -> r.startsWith("DELETE")))
        .singleElement()
        .asString()
        .contains("/libpod/containers/half?force=true");
  }

  @Test
  void aWebServerIsNoEngine() {
    engine.answer("/_ping", ScriptedEngine.http("200 OK", "text/html", "<html>", ""));

    assertThatThrownBy(runtime::ping)
        .isInstanceOf(RuntimeFailure.Unavailable.class)
        .hasMessageContaining("does not speak the Docker Engine API");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[{\"Id\":",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\u0000\u0001\u0002\u0003"
      })
  void garbageIsAFailureAndNoEmptyList(String garbage) {
    engine.answer("/containers/json", garbage);

    assertThatThrownBy(runtime::list)
        .isInstanceOfAny(RuntimeFailure.Unavailable.class, RuntimeFailure.Internal.class)
        .hasMessageContaining("could not list the instances");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "{\"message\":\"x\"}", "7", "null", ""})
  void whatIsNoListIsNotTakenForAnEmptyOne(String body) {
    engine.answer("/containers/json", ScriptedEngine.json(body));

    assertThatThrownBy(runtime::list).isInstanceOf(RuntimeFailure.Internal.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[]", "7", "null", "{}", ""})
  void whatIsNoInspectionIsNotTakenForAnInstanceThatIsGone(String body) {
    engine
        .answer("/containers/json", ScriptedEngine.json("[" + listed("c1", "u1", "exited") + "]"))
        .answer("/containers/c1/json", ScriptedEngine.json(body));

    assertThatThrownBy(() -> runtime.find("u1")).isInstanceOf(RuntimeFailure.Internal.class);
    assertThatThrownBy(runtime::list).isInstanceOf(RuntimeFailure.Internal.class);
  }

  @Test
  void anAnswerThatIsAnnouncedFirstIsStillRead() {
    engine.answer(
        "/containers/json",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
            + ScriptedEngine.json("[]"));

    assertThat(runtime.list()).isEmpty();
  }

  @Test
  void anAnnouncementWithoutAnAnswerIsAFailure() {
    engine.answer("/containers/json", "HTTP/1.1 100 Continue\r\n\r\n");

    assertThatThrownBy(runtime::list)
        .isInstanceOf(RuntimeFailure.Unavailable.class)
        .hasMessageContaining("closed it before its answer was complete");
  }

  @Test
  void unknownFieldsAndWordsArePassedOver() {
    engine
        .answer(
            "/containers/json",
            ScriptedEngine.json(
                "[%s, {\"Id\": \"x\"}, {}, 7, {\"Labels\": {\"tallyman.uid\": \"y\"}}]"
                    .formatted(listed("c1", "u1", "humming"))))
        .answer(
            "/containers/c1/json",
            ScriptedEngine.json(
                inspected(
                    "c1",
                    "u1",
                    "\"Status\": \"humming\", \"Running\": true, \"New\": {\"a\": []}")));

    assertThat(runtime.list())
        .singleElement()
        .satisfies(i -> assertThat(i.state()).isInstanceOf(InstanceState.Running.class));
  }

  @Test
  void whatGoesWhileItIsListedIsNotListed() {
    engine
        .answer("/containers/json", ScriptedEngine.json("[" + listed("c1", "u1", "exited") + "]"))
        .answer(
            "/containers/c1/json", ScriptedEngine.error("404 Not Found", "No such container: c1"));

    assertThat(runtime.list()).isEmpty();
  }

  @Test
  void anInspectionThatFailsMakesTheListFail() {
    engine
        .answer("/containers/json", ScriptedEngine.json("[" + listed("c1", "u1", "exited") + "]"))
        .answer("/containers/c1/json", ScriptedEngine.error("500 Internal Server Error", "disk"));

    assertThatThrownBy(runtime::list)
        .isInstanceOf(RuntimeFailure.Internal.class)
        .hasMessageContaining("disk");
  }

  @Test
  void anEngineThatIgnoresTheFilterShowsNothingOfOthers() {
    String other = listed("c2", "u2", "running").replace(NODE, "node-2");
    engine.answer("/containers/json", ScriptedEngine.json("[" + other + "]"));

    assertThat(runtime.list()).isEmpty();
    assertThat(runtime.find("u2")).isEmpty();
  }

  @Test
  void ofAnInstanceAndItsCopyTheOneWithItsNameCounts() {
    InstanceSpec spec = SpecBuilder.spec("u1", "app").named("s", "w").build();
    String copy = listed("c1", "u1", "exited").replace("s-w-name", "somebodys-copy");
    String original = listed("c2", "u1", "exited").replace("s-w-name", spec.instanceName());
    engine
        .answer("/containers/json", ScriptedEngine.json("[%s, %s]".formatted(copy, original)))
        .answer(
            "/containers/c2/json",
            ScriptedEngine.json(inspected("c2", "u1", "\"Status\": \"created\"")));

    assertThat(runtime.list()).extracting(Instance::id).containsExactly("c2");
    assertThat(runtime.find("u1")).map(Instance::id).contains("c2");
  }

  @Test
  void anIsolationThatCannotBeProvedIsRefusedAndTheContainerRemoved() {
    engine
        .answer("/_ping", PODMAN_PING)
        .answer("/info", ScriptedEngine.json("{\"DefaultRuntime\": \"runsc\"}"))
        .answer("/containers/json", ScriptedEngine.json("[]"))
        .answer("/containers/create", ScriptedEngine.json("{\"Id\": \"c1\"}"))
        .answer(
            "GET /v4.9.3/libpod/containers/c1/json",
            ScriptedEngine.json("{\"OCIRuntime\": \"runc\"}"))
        .answer("DELETE /v4.9.3/libpod/containers/c1", ScriptedEngine.json("[]"));

    assertThatThrownBy(() -> runtime.launch(sandboxed()))
        .isInstanceOf(RuntimeFailure.Unsupported.class)
        .hasMessageContaining("needs the OCI runtime 'runsc', but the engine says 'runc'");
    assertThat(engine.requests())
        .anySatisfy(request -> assertThat(request).startsWith("DELETE "))
        .noneSatisfy(request -> assertThat(request).contains("/start"));
  }

  @Test
  void anIsolationThatIsProvedIsStarted() {
    engine
        .answer(
            "/info",
            ScriptedEngine.json("{\"Runtimes\": {\"runsc\": {\"path\": \"/usr/bin/runsc\"}}}"))
        .answer("/containers/json", ScriptedEngine.json("[]"))
        .answer("/containers/create", ScriptedEngine.json("{\"Id\": \"c1\"}"))
        .answer("/containers/c1/start", ScriptedEngine.http("204 No Content", "text/plain", "", ""))
        .answer(
            "/containers/c1/json",
            ScriptedEngine.json(
                inspected("c1", "u1", "\"Status\": \"running\", \"Running\": true")
                    .replace("\"HostConfig\": {}", "\"HostConfig\": {\"Runtime\": \"runsc\"}")));

    assertThat(runtime.launch(sandboxed()).state()).isInstanceOf(InstanceState.Running.class);
    assertThat(engine.requests())
        .anySatisfy(request -> assertThat(request).contains("\"Runtime\":\"runsc\""));
  }

  @Test
  void aRemovalThatFailsInsideASuccessIsAFailure() {
    engine
        .answer("/_ping", PODMAN_PING)
        .answer("/containers/json", ScriptedEngine.json("[" + listed("c1", "u1", "stopping") + "]"))
        .answer(
            "/containers/c1/json",
            ScriptedEngine.json(inspected("c1", "u1", "\"Status\": \"stopping\"")))
        .answer("DELETE ", ScriptedEngine.json("[{\"Id\": \"c1\", \"Err\": \"storage is busy\"}]"));

    assertThatThrownBy(() -> runtime.remove("u1"))
        .isInstanceOf(RuntimeFailure.Internal.class)
        .hasMessageContaining("storage is busy");
  }

  @Test
  void anEngineThatNoLongerKnowsOurVersionIsNotBlamedOnTheSpec() {
    engine
        .answer("/containers/json", ScriptedEngine.json("[]"))
        .answer(
            "/containers/create",
            ScriptedEngine.error(
                "400 Bad Request",
                "client version 1.41 is too old. Minimum supported API version is 1.60"));

    assertThatThrownBy(() -> runtime.launch(SpecBuilder.spec("u1", "app").build()))
        .isInstanceOf(RuntimeFailure.Unavailable.class);
  }

  @Test
  void eventsThatSayNothingOfAStateAreNotTold() {
    String events =
        event("exec_create: sh", "u1") + event("health_status: healthy", "u1") + event("top", "u1");
    engine.answer("/events", stream(events + event("a word of later", "u2") + "[1]" + "{}"));
    Heard heard = watchToTheEnd();

    assertThat(heard.changes()).containsExactly("u2");
    assertThat(heard.losses()).hasSize(1);
  }

  @Test
  void anEventWithoutLabelsIsLookedUp() {
    engine
        .answer(
            "/events",
            stream("{\"Action\": \"die\", \"Actor\": {\"ID\": \"c1\", \"Attributes\": {}}}"))
        .answer(
            "/containers/c1/json",
            ScriptedEngine.json(inspected("c1", "u1", "\"Status\": \"exited\"")));
    Heard heard = watchToTheEnd();

    assertThat(heard.changes()).containsExactly("u1");
  }

  @Test
  void eventsAreAskedForSinceTheEnginesOwnTime() {
    engine.answer("/events", stream(""));

    runtime.watch(new Heard()).close();

    // Sun, 22 Nov 2026 06:46:15 GMT, the Date of the scripted ping
    assertThat(engine.requests())
        .anySatisfy(request -> assertThat(request).contains("since=1795329975&"));
  }

  @Test
  void aStreamOfEventsThatIsNoJsonIsLost() {
    engine.answer("/events", stream(event("die", "u1") + "<html>"));
    Heard heard = watchToTheEnd();

    assertThat(heard.changes()).containsExactly("u1");
    assertThat(heard.losses()).hasOnlyElementsOfType(RuntimeFailure.Internal.class);
  }

  private Heard watchToTheEnd() {
    Heard heard = new Heard();
    try (Subscription subscription = runtime.watch(heard)) {
      assertThat(subscription).isNotNull();
      return heard.awaitLoss();
    }
  }

  private static InstanceSpec sandboxed() {
    return SpecBuilder.spec("u1", "app").named("s", "w").isolation(Isolation.SANDBOX).build();
  }

  private static String listed(String id, String uid, String state) {
    return """
    {"Id": "%s", "Names": ["/s-w-name"], "State": "%s", "Labels": {"tallyman.node": "%s",
     "tallyman.uid": "%s", "tallyman.stack": "s", "tallyman.workload": "w"}}
    """
        .formatted(id, state, NODE, uid);
  }

  private static String inspected(String id, String uid, String state) {
    return """
    {"Id": "%s", "Name": "/s-w-name", "State": {%s}, "HostConfig": {}, "Config": {"Labels": {
     "tallyman.node": "%s", "tallyman.uid": "%s"}}}
    """
        .formatted(id, state, NODE, uid);
  }

  private static String event(String action, String uid) {
    return """
    {"Action": "%s", "Actor": {"ID": "c", "Attributes": {"tallyman.node": "%s",
     "tallyman.uid": "%s"}}}
    """
        .formatted(action, NODE, uid);
  }

  private static String stream(String body) {
    return ScriptedEngine.json(body);
  }
}
