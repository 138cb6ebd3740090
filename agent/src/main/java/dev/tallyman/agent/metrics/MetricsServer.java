package dev.tallyman.agent.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.loop.LoopProbe;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.NodeFacts;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server for supervisors and Prometheus: {@code /metrics}, {@code /healthz} and {@code
 * /readyz}, for GET and HEAD, in plain text. At most {@value #MAX_REQUESTS} requests are answered
 * at once; further ones get 503. Connections, and the time that a request may take to arrive, are
 * bounded too.
 */
public final class MetricsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);

  private static final int MAX_REQUESTS = 16;
  private static final int BACKLOG = 64;
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  static {
    // The JDK's server knows these bounds only as properties, read once. Set ones are respected.
    setIfAbsent("jdk.httpserver.maxConnections", "64");
    setIfAbsent("sun.net.httpserver.maxReqTime", "10");
    setIfAbsent("sun.net.httpserver.maxRspTime", "30");
  }

  /** What the server shows. */
  public record Sources(
      NodeFacts facts,
      List<String> runtimes,
      List<String> feeds,
      StatusBoard statuses,
      NodeBoard node,
      Inbox inbox,
      LongSupplier turns) {}

  private record Answer(int code, String type, String body) {
    static Answer text(int code, String sentence) {
      return new Answer(code, TEXT, sentence + "\n");
    }
  }

  private final PrometheusMeterRegistry registry;
  private final BoardMetrics boards;
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final ReentrantLock scrape = new ReentrantLock();
  private final NodeBoard node;
  private final LoopProbe probe;
  private final Semaphore requests = new Semaphore(MAX_REQUESTS);
  private final HttpServer server;
  private final ExecutorService threads;

  /**
   * Starts listening.
   *
   * @param metrics registered with the same registry
   * @param sources what is shown; turns counts the loop's turns
   * @throws IOException if the address cannot be listened on; the message names it
   */
  public static MetricsServer start(
      MetricsConfig config,
      PrometheusMeterRegistry registry,
      AgentMetrics metrics,
      Sources sources,
      LongSupplier nanos)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(config.address(), BACKLOG);
    } catch (IOException e) {
      throw new IOException(
          "Metrics cannot be served at "
              + config.address()
              + ": "
              + e.getMessage()
              + " (expected: a free address of this host; set another one, or switch metrics off)",
          e);
    }
    MetricsServer started = new MetricsServer(config, registry, metrics, sources, nanos, server);
    server.start();
    if (!config.address().getAddress().isLoopbackAddress()) {
      log.warn(
          "Metrics are served at {} without TLS and authentication: anybody who reaches it can read"
              + " them",
          started.address());
    }
    return started;
  }

  private MetricsServer(
      MetricsConfig config,
      PrometheusMeterRegistry registry,
      AgentMetrics metrics,
      Sources sources,
      LongSupplier nanos,
      HttpServer server) {
    this.registry = registry;
    this.node = sources.node();
    this.probe = new LoopProbe(sources.inbox(), sources.turns(), nanos, config.patience());
    this.boards =
        new BoardMetrics(
            registry,
            metrics,
            sources.facts(),
            sources.runtimes(),
            sources.feeds(),
            sources.statuses(),
            sources.node(),
            sources.inbox(),
            config.series());
    List<MeterBinder> jvm =
        List.of(
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics(),
            gc);
    jvm.forEach(binder -> binder.bindTo(registry));
    this.server = server;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /** Where it listens, with the port that was chosen for 0. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stops listening; requests under way are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    gc.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!requests.tryAcquire()) {
        send(exchange, Answer.text(503, "Too many requests at once; try again."));
        return;
      }
      try {
        send(exchange, answer(exchange));
      } finally {
        requests.release();
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    Optional<Route> route = Route.of(path);
    if (route.isEmpty()) {
      return Answer.text(404, "Not found (expected: /metrics, /healthz or /readyz).");
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Answer.text(405, "Method not allowed (expected: GET or HEAD).");
    }
    return switch (route.get()) {
      case METRICS -> metrics(exchange);
      case HEALTH -> health();
      case READINESS -> readiness();
    };
  }

  private enum Route {
    METRICS,
    HEALTH,
    READINESS;

    static Optional<Route> of(String path) {
      return switch (path) {
        case "/metrics" -> Optional.of(METRICS);
        case "/healthz" -> Optional.of(HEALTH);
        case "/readyz" -> Optional.of(READINESS);
        default -> Optional.empty();
      };
    }
  }

  private Answer metrics(HttpExchange exchange) {
    String accept =
        String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
    String type = accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
    scrape.lock();
    try {
      boards.refresh();
      return new Answer(200, type, registry.scrape(type));
    } finally {
      scrape.unlock();
    }
  }

  private Answer health() {
    return probe.isAlive()
        ? Answer.text(200, "alive")
        : Answer.text(503, "The loop does not turn: the agent decides nothing. Restart it.");
  }

  private Answer readiness() {
    List<String> missing = Readiness.missing(node.now());
    return missing.isEmpty()
        ? Answer.text(200, "ready")
        : Answer.text(503, String.join("\n", missing));
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    byte[] body = answer.body().getBytes(UTF_8);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
      exchange.sendResponseHeaders(answer.code(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.code(), body.length);
    exchange.getResponseBody().write(body);
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
