package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.oci.EngineCandidate.Verdict;
import dev.tallyman.runtime.oci.EngineDetection.Configured;
import dev.tallyman.runtime.oci.EnginePlaces.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineDetectionTest {

  private static final Deadlines DEADLINES =
      new Deadlines(
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  @TempDir Path home;
  private final Map<String, String> env = new HashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable thing : open) {
      thing.close();
    }
  }

  @Test
  void usableEnginesComeInTheFixedOrderWithTheirNames() throws IOException {
    docker(".colima/default/docker.sock", "colima-id");
    docker(".docker/run/docker.sock", "docker-id");
    podman("env.sock", "/env");
    env.put("DOCKER_HOST", "unix://" + home.resolve("env.sock"));
    docker("mine.sock", "mine-id");

    List<EngineCandidate> usable =
        usable(detect(List.of(new Configured("special", home.resolve("mine.sock").toString()))));

    assertThat(usable)
        .extracting(EngineCandidate::name)
        .containsExactly("special", "podman", "docker", "colima");
    assertThat(usable)
        .extracting(EngineCandidate::source)
        .containsExactly("configuration", "DOCKER_HOST", "Docker Desktop", "Colima");
    assertThat(((Verdict.Usable) usable.get(1).verdict()).info().kind()).isEqualTo("podman");
    assertThat(((Verdict.Usable) usable.get(1).verdict()).socket())
        .isEqualTo(home.resolve("env.sock"));
  }

  @Test
  void twoEnginesOfAKindHaveTwoNames() throws IOException {
    docker("a.sock", "a");
    docker(".docker/run/docker.sock", "b");
    env.put("DOCKER_HOST", "unix://" + home.resolve("a.sock"));

    assertThat(usable(detect(List.of())))
        .extracting(EngineCandidate::name)
        .containsExactly("docker", "docker-2");
  }

  @Test
  void oneEngineBehindTwoSocketsCountsOnceAtItsFirstPlace() throws IOException {
    Path socket = docker(".docker/run/docker.sock", "the same");
    docker(".rd/docker.sock", "the same");
    Files.createDirectories(home.resolve(".colima/default"));
    Files.createSymbolicLink(home.resolve(".colima/default/docker.sock"), socket);

    List<EngineCandidate> candidates = detect(List.of());

    assertThat(usable(candidates)).extracting(EngineCandidate::name).containsExactly("docker");
    assertThat(reason(candidates, "Rancher Desktop"))
        .contains("the same engine as unix://" + socket);
    assertThat(reason(candidates, "Colima")).contains("the same engine as unix://" + socket);
  }

  @Test
  void everyPlaceThatIsNotUsableSaysWhy() throws IOException {
    Files.createDirectories(home.resolve(".rd"));
    Files.writeString(home.resolve(".rd/docker.sock"), "not a socket");
    ScriptedEngine old = scripted(".docker/run/docker.sock");
    old.answer(
        "/_ping",
        ScriptedEngine.http(
            "200 OK",
            "text/plain",
            "OK",
            "Api-Version: 1.40\r\nServer: Docker/19.03.1 (linux)\r\n"));
    env.put("CONTAINER_HOST", "ssh://root@host/run/podman.sock");
    env.put("DOCKER_HOST", "tcp://10.0.0.1:2375");

    List<EngineCandidate> candidates =
        detect(List.of(new Configured("lost", "/no/such.sock"), new Configured("odd", "run.sock")));

    assertThat(usable(candidates)).isEmpty();
    assertThat(candidates).extracting(EngineCandidate::name).startsWith("lost", "odd");
    assertThat(reason(candidates, "configuration")).contains("no such file");
    assertThat(((Verdict.Unusable) candidates.get(1).verdict()).reason())
        .contains("expected: an absolute path");
    assertThat(reason(candidates, "CONTAINER_HOST"))
        .contains("ssh:// is not supported (expected: unix://");
    assertThat(reason(candidates, "DOCKER_HOST"))
        .contains("tcp:// is not supported (expected: unix://");
    assertThat(reason(candidates, "Docker Desktop")).contains("Docker 19.03.1 is too old");
    assertThat(reason(candidates, "Rancher Desktop")).contains("nobody listens on its socket");
  }

  @Test
  void anEngineThatHangsCostsTheOthersNothingAndIsNamed() throws IOException {
    Path docker = docker(".docker/run/docker.sock", "healthy");
    Files.createDirectories(home.resolve(".rd"));
    FaultProxy hung = new FaultProxy(home.resolve(".rd/docker.sock"), docker);
    open.add(hung);
    hung.hold();

    long begin = System.nanoTime();
    List<EngineCandidate> candidates = detect(List.of());

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(usable(candidates)).extracting(EngineCandidate::name).containsExactly("docker");
    assertThat(reason(candidates, "Rancher Desktop")).contains("no answer within 500 ms");
  }

  @Test
  void onlyTheConfiguredOnesAreProbedWhenThatIsAskedFor() throws IOException {
    docker(".docker/run/docker.sock", "other");
    docker("mine.sock", "mine");

    assertThat(
            detection().probe(List.of(new Configured("m", "unix://" + home.resolve("mine.sock")))))
        .extracting(EngineCandidate::name)
        .containsExactly("m");
  }

  private List<EngineCandidate> detect(List<Configured> configured) {
    return detection().detect(configured);
  }

  private EngineDetection detection() {
    // As on a Mac: no place there is outside of the home folder but one.
    Host host = new Host(env, home, 501, "Mac OS X", folder -> List.of());
    return new EngineDetection(host, DEADLINES);
  }

  /** Without the system's own Docker, which the machine may have. */
  private static List<EngineCandidate> usable(List<EngineCandidate> candidates) {
    return candidates.stream()
        .filter(candidate -> candidate.verdict() instanceof Verdict.Usable)
        .filter(candidate -> !candidate.address().contains("/var/run/"))
        .toList();
  }

  private static String reason(List<EngineCandidate> candidates, String source) {
    return candidates.stream()
        .filter(candidate -> candidate.source().equals(source))
        .map(EngineCandidate::verdict)
        .filter(Verdict.Unusable.class::isInstance)
        .map(verdict -> ((Verdict.Unusable) verdict).reason())
        .findFirst()
        .orElseThrow();
  }

  private Path docker(String path, String id) throws IOException {
    ScriptedEngine engine = scripted(path);
    engine.answer("/info", ScriptedEngine.json("{\"ID\": \"" + id + "\"}"));
    return engine.socket();
  }

  private void podman(String path, String storage) throws IOException {
    scripted(path)
        .answer(
            "/_ping",
            ScriptedEngine.http(
                "200 OK", "text/plain", "OK", "Api-Version: 1.41\r\nLibpod-Api-Version: 5.0.0\r\n"))
        .answer("/info", ScriptedEngine.json("{\"DockerRootDir\": \"" + storage + "\"}"));
  }

  private ScriptedEngine scripted(String path) throws IOException {
    Path socket = home.resolve(path);
    Files.createDirectories(socket.getParent());
    ScriptedEngine engine = new ScriptedEngine(socket);
    open.add(engine);
    return engine;
  }
}
