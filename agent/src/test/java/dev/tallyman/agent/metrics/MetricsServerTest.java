package dev.tallyman.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.agent.TestLoop;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.loop.Workloads;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.ActionFailure;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsServerTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final TestLoop loop = new TestLoop();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong turns = new AtomicLong();
  private final AtomicBoolean loopHangs = new AtomicBoolean();
  private final HttpClient client = HttpClient.newHttpClient();
  private PrometheusMeterRegistry registry;
  private AgentMetrics metrics;
  private MetricsServer server;

  MetricsServerTest() throws IOException {
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    metrics = metrics();
    server = server(MetricsConfig.Series.NODE);
  }

  private void restart(MetricsConfig.Series series) throws IOException {
    server.close();
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    metrics = metrics();
    server = server(series);
  }

  private AgentMetrics metrics() {
    return new AgentMetrics(
        registry, List.of("docker", "podman"), List.of(TestLoop.FEED), nanos::get);
  }

  private MetricsServer server(MetricsConfig.Series series) throws IOException {
    return MetricsServer.start(
        new MetricsConfig(ANY_PORT, series, PATIENCE),
        registry,
        metrics,
        new MetricsServer.Sources(
            TestLoop.FACTS,
            List.of("docker", "podman"),
            List.of(TestLoop.FEED),
            loop.statuses,
            loop.node,
            loop.inbox,
            this::turns),
        System::nanoTime);
  }

  /** A loop that turns whenever somebody looks, as long as there is a message for it. */
  private long turns() {
    if (!loopHangs.get() && loop.inbox.size() > 0) {
      loop.turn();
      return turns.incrementAndGet();
    }
    return turns.get();
  }

  @AfterEach
  void stopServer() {
    server.close();
    client.close();
  }

  @Test
  void allSeriesExistAtZeroBeforeAnythingHappened() throws Exception {
    String text = get("/metrics").body();

    assertThat(text)
        .contains(
            "tallyman_workloads{phase=\"Running\"} 0.0",
            "tallyman_actions_total{kind=\"Launch\",outcome=\"ImageNotFound\",runtime=\"docker\"} 0.0",
            "tallyman_actions_total{kind=\"Retire\",outcome=\"Success\",runtime=\"podman\"} 0.0",
            "tallyman_action_duration_seconds_count{kind=\"Launch\",runtime=\"docker\"} 0",
            "tallyman_restarts_total{reason=\"OutOfMemory\"} 0.0",
            "tallyman_pulls_total{outcome=\"ImagePullDenied\",runtime=\"docker\"} 0.0",
            "tallyman_feed_connected{feed=\"control-plane\"} 0.0",
            "tallyman_feed_revision_lag{feed=\"control-plane\"} 0.0",
            "tallyman_loop_turn_duration_seconds_count 0",
            "tallyman_reaction_duration_seconds_bucket{le=\"0.02\"} 0",
            "tallyman_agent_info{node=\"n1\",version=\"0.1.0\"} 1");
    // Nothing that happens later adds a family of ours, but those of what was not known before.
    happen();
    var later = families(get("/metrics").body());
    later.remove("tallyman_runtime_info");
    assertThat(ours(families(text))).isEqualTo(ours(later));
  }

  @Test
  void whatHappensIsCounted() throws Exception {
    happen();

    assertThat(get("/metrics").body())
        .contains(
            "tallyman_workloads{phase=\"Running\"} 1.0",
            "tallyman_workloads{phase=\"Rejected\"} 1.0",
            "tallyman_actions_total{kind=\"Stop\",outcome=\"TimedOut\",runtime=\"docker\"} 1.0",
            "tallyman_action_duration_seconds_bucket{kind=\"Stop\",runtime=\"docker\",le=\"2.5\"} 1",
            "tallyman_action_duration_seconds_bucket{kind=\"Stop\",runtime=\"docker\",le=\"1.0\"} 0",
            "tallyman_restarts_total{reason=\"Error\"} 1.0",
            "tallyman_restarts_total{reason=\"Other\"} 1.0",
            "tallyman_pulls_total{outcome=\"Success\",runtime=\"docker\"} 1.0",
            "tallyman_list_instances{runtime=\"docker\"} 7.0",
            "tallyman_list_age_seconds{runtime=\"docker\"} 3.0",
            "tallyman_list_age_seconds{runtime=\"podman\"} 5.0",
            "tallyman_lease_age_seconds{feed=\"control-plane\"} 3.0",
            "tallyman_feed_connected{feed=\"control-plane\"} 1.0",
            "tallyman_feed_accepted{feed=\"control-plane\"} 0.0",
            "tallyman_feed_troubled{feed=\"control-plane\"} 1.0",
            "tallyman_feed_revision{feed=\"control-plane\"} 12.0",
            "tallyman_feed_revision_lag{feed=\"control-plane\"} 3.0",
            "tallyman_feed_connects_total{feed=\"control-plane\"} 1.0",
            "tallyman_feed_losses_total{feed=\"control-plane\"} 1.0",
            "tallyman_statuses_reported_total 4.0",
            "tallyman_loop_messages_total 3.0",
            "tallyman_loop_plans_total 2.0",
            "tallyman_runtime_up{runtime=\"docker\"} 1.0",
            "tallyman_runtime_up{runtime=\"podman\"} 0.0",
            "tallyman_node_condition{status=\"False\",type=\"FeedAccepted\"} 1.0",
            "tallyman_node_condition{status=\"True\",type=\"FeedAccepted\"} 0.0",
            "tallyman_runtime_info{api_version=\"1.41\",kind=\"docker\",runtime=\"docker\",version=\"20.10.24\"} 1");
  }

  private void happen() {
    Workload workload = Workloads.always("u1");
    loop.want(new Desired.Wanted(workload), TestLoop.refused("u2", "spec.image: missing"));
    loop.runtimeUp(TestLoop.running(workload));
    loop.turn(
        new Message.FeedChanged(
            new FeedView(
                TestLoop.FEED,
                "unix:/x",
                FeedView.Link.CONNECTED,
                "Another store.",
                "s1",
                12,
                Optional.of("s2"))));
    nanos.set(Duration.ofSeconds(2).toNanos());
    metrics.turned(3, 2, Duration.ofMillis(1));
    metrics.acted(
        new Action.Stop("docker", "u1", Duration.ZERO),
        Optional.of(new ActionFailure(ActionFailure.Kind.TIMED_OUT, "")),
        Duration.ofSeconds(2));
    metrics.restarting("Error");
    metrics.restarting("a reason that is not known here");
    metrics.reacted(Duration.ofMillis(1));
    metrics.listed("docker", 7, Duration.ofMillis(30));
    metrics.pulled("docker", Optional.empty(), Duration.ofSeconds(3));
    metrics.feedConnected(TestLoop.FEED);
    metrics.feedLost(TestLoop.FEED);
    metrics.feedOffered(TestLoop.FEED, 15);
    metrics.leaseRenewed(TestLoop.FEED);
    metrics.reported(4);
    nanos.set(Duration.ofSeconds(5).toNanos());
  }

  @Test
  void noSeriesGrowsWithTheNumberOfWorkloads() throws Exception {
    loop.want(TestLoop.refused("u1", "x"));
    int one = ours(get("/metrics").body());
    loop.want(
        TestLoop.refused("u1", "x"), TestLoop.refused("u2", "x"), TestLoop.refused("u3", "x"));

    assertThat(ours(get("/metrics").body())).isEqualTo(one);
  }

  @Test
  void seriesForEachWorkloadComeAndGoWithItWhenAskedFor() throws Exception {
    restart(MetricsConfig.Series.PER_WORKLOAD);
    Workload workload = Workloads.always("u1");
    loop.want(new Desired.Wanted(workload), TestLoop.refused("u2", "x"));
    loop.runtimeUp(TestLoop.running(workload));

    assertThat(get("/metrics").body())
        .contains(
            "tallyman_workload_phase{phase=\"Running\",stack=\"test\",workload=\"u1\"} 1",
            "tallyman_workload_phase{phase=\"Rejected\",stack=\"default\",workload=\"name-u2\"} 1",
            "tallyman_workload_restarts{stack=\"test\",workload=\"u1\"} 0");

    loop.want(new Desired.Wanted(workload));

    assertThat(get("/metrics").body())
        .contains("tallyman_workload_phase{phase=\"Running\"")
        .doesNotContain("name-u2");
  }

  @Test
  void openMetricsIsSpokenWithThoseWhoAskForIt() throws Exception {
    HttpResponse<String> open =
        send(
            request("/metrics")
                .header(
                    "Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3"));
    HttpResponse<String> plain = get("/metrics");

    assertThat(open.headers().firstValue("Content-Type"))
        .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.body()).endsWith("# EOF\n").contains("# TYPE tallyman_restarts counter");
    assertThat(plain.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(plain.body()).contains("# TYPE tallyman_restarts_total counter");
  }

  @Test
  void aLoopThatTurnsIsAlive() throws Exception {
    HttpResponse<String> response = get("/healthz");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("alive\n");
  }

  @Test
  void aLoopThatHangsIsNotAliveAndItsInboxDoesNotGrowByAsking() throws Exception {
    loopHangs.set(true);

    for (int i = 0; i < 3; i++) {
      HttpResponse<String> response = get("/healthz");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).startsWith("The loop does not turn");
    }
    assertThat(loop.inbox.size()).isEqualTo(1);

    loopHangs.set(false);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void aNodeIsReadyWhenARuntimeIsListedAndTheFirstPassIsDone() throws Exception {
    HttpResponse<String> early = get("/readyz");
    assertThat(early.statusCode()).isEqualTo(503);
    assertThat(early.body().lines())
        .containsExactly(
            "The first complete pass over desired state and runtimes is not done.",
            "No container runtime was found.");

    loop.turn(new Message.RuntimeDown("docker", "Permission denied."));
    assertThat(get("/readyz").body())
        .contains("Runtime docker has not been listed yet: Permission denied.");

    loop.want(TestLoop.refused("u1", "x"));
    loop.runtimeUp();
    assertThat(get("/readyz").body()).isEqualTo("ready\n");

    loop.turn(new Message.RuntimeDown("docker", "Connection refused."));
    HttpResponse<String> lost = get("/readyz");
    assertThat(lost.statusCode()).isEqualTo(503);
    assertThat(lost.body()).isEqualTo("Runtime docker does not answer: Connection refused.\n");
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/metrics/x").statusCode()).isEqualTo(404);
    HttpResponse<String> post = send(request("/metrics").POST(BodyPublishers.ofString("x")));
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws Exception {
    HttpResponse<String> head = send(request("/healthz").method("HEAD", BodyPublishers.noBody()));

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length")).hasValue("6");
  }

  @Test
  void anAddressThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
      MetricsConfig config = new MetricsConfig(address, MetricsConfig.Series.NODE, PATIENCE);

      assertThatThrownBy(() ->
              MetricsServer.start(
                  config,
                  registry,
                  metrics,
                  new MetricsServer.Sources(
                      TestLoop.FACTS,
                      List.of(),
                      List.of(),
                      loop.statuses,
                      loop.node,
                      loop.inbox,
                      () -> 0),
                  System::nanoTime))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Metrics cannot be served at " + address)
          .hasMessageContaining("(expected: a free address of this host");
    }
  }

  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z0-9_]+)` \\| ([a-z]+) \\|([^|]*)\\| [^|]+ \\|");

  @Test
  void theDocumentAndTheRegistryAgree() throws Exception {
    restart(MetricsConfig.Series.PER_WORKLOAD);
    happen();
    Map<String, String> served = families(get("/metrics").body());
    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(document())) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        assertThat(documented.put(row.group(1), row.group(2))).as(line).isNull();
      }
    }

    assertThat(documented).containsAllEntriesOf(served);
    assertThat(served.keySet())
        .containsAll(documented.keySet().stream().filter(n -> n.startsWith("tallyman_")).toList());
    // What the JVM has to say depends on its collector and system.
    assertThat(documented.keySet().stream().filter(n -> !served.containsKey(n)))
        .allMatch(name ->
            name.startsWith("jvm_") || name.startsWith("process_") || name.startsWith("system_"));
  }

  @Test
  void theDocumentNamesTheLabels() throws Exception {
    restart(MetricsConfig.Series.PER_WORKLOAD);
    happen();
    String text = get("/metrics").body();
    for (String line : Files.readAllLines(document())) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && row.group(1).startsWith("tallyman_")) {
        String suffix = row.group(2).equals("histogram") ? "_count" : "";
        Matcher sample =
            Pattern.compile("(?m)^" + row.group(1) + suffix + "(\\{[^}]*})? ").matcher(text);
        assertThat(sample.find()).as(line).isTrue();
        List<String> labels =
            Pattern.compile("([a-z_]+)=\"")
                .matcher(Optional.ofNullable(sample.group(1)).orElse(""))
                .results()
                .map(result -> result.group(1))
                .sorted()
                .toList();
        List<String> named =
            Pattern.compile("`([a-z_]+)`")
                .matcher(row.group(3))
                .results()
                .map(result -> result.group(1))
                .sorted()
                .toList();
        assertThat(named).as(line).isEqualTo(labels);
      }
    }
  }

  /** The project's folder is above the module's. */
  private static Path document() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/metrics.md"))) {
      folder = Optional.ofNullable(folder.getParent()).orElseThrow();
    }
    return folder.resolve("docs/metrics.md");
  }

  /** Name and type of what is served; the largest value of a histogram belongs to it. */
  private static Map<String, String> families(String text) {
    Map<String, String> families = new TreeMap<>();
    text.lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1))
        .forEach(words -> families.put(words[2], words[3]));
    families
        .keySet()
        .removeIf(name ->
            name.endsWith("_max")
                && families.containsKey(name.substring(0, name.length() - "_max".length())));
    return families;
  }

  private static Map<String, String> ours(Map<String, String> families) {
    Map<String, String> ours = new TreeMap<>(families);
    ours.keySet().removeIf(name -> !name.startsWith("tallyman_"));
    return ours;
  }

  private static int ours(String text) {
    return (int) text.lines().filter(line -> line.startsWith("tallyman_")).count();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
