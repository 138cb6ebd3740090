package dev.tallyman.agent;

import dev.tallyman.agent.api.FeedGate;
import dev.tallyman.agent.api.NodeService;
import dev.tallyman.agent.feed.ControlPlaneFeed;
import dev.tallyman.agent.feed.FeedConfig;
import dev.tallyman.agent.feed.Held;
import dev.tallyman.agent.feed.ManifestsFeed;
import dev.tallyman.agent.feed.StacksFeed;
import dev.tallyman.agent.metrics.AgentMetrics;
import dev.tallyman.agent.metrics.MetricsConfig;
import dev.tallyman.agent.metrics.MetricsServer;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.report.Reporter;
import dev.tallyman.agent.roster.RuntimeChoice;
import dev.tallyman.agent.state.StateDirectory;
import dev.tallyman.agent.state.StateException;
import dev.tallyman.agent.wire.NodeWriter;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: builds the rooms in order and takes them down in reverse. Workloads run on when
 * it ends.
 */
public final class Agent implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  /** An agent cannot start; the message is for the person who starts it. */
  public static final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What is to be closed, the last one first. */
  private final Deque<Runnable> rooms = new ArrayDeque<>();

  /** There once it has been opened. */
  private Optional<Core> core = Optional.empty();

  private Optional<InetSocketAddress> metricsAddress = Optional.empty();

  private Agent() {}

  /**
   * Starts an agent. When this returns it works, although runtimes and control plane may not answer
   * yet.
   *
   * @param onDefect called when the agent cannot go on and its process should end
   * @throws StartException if its state directory, its socket or its port cannot be had
   */
  public static Agent start(AgentConfig config, Runnable onDefect) throws StartException {
    Agent agent = new Agent();
    try {
      agent.open(config, onDefect);
      return agent;
    } catch (StateException | IOException e) {
      agent.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  private void open(AgentConfig config, Runnable onDefect) throws StateException, IOException {
    Clock clock = Clock.systemUTC();
    StateDirectory state = StateDirectory.open(config.stateDir(), clock, new SecureRandom());
    rooms.push(state::close);
    List<String> runtimes = config.runtimes().stream().map(RuntimeChoice::name).toList();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    List<String> feeds = feeds(config);
    List<String> connections = feeds.stream().filter(FeedNames.CONTROL_PLANE::equals).toList();
    AgentMetrics metrics = new AgentMetrics(registry, runtimes, connections, System::nanoTime);
    Core core =
        new Core(config, Set.copyOf(feeds), state, metrics, clock, System::nanoTime, onDefect);
    rooms.push(core::close);
    this.core = Optional.of(core);
    StacksFeed.open(core.inbox(), core.remembered(FeedNames.STACKS), config.stateDir());
    Optional<ControlPlaneFeed> controlPlane = Optional.empty();
    if (config.controlPlane().isPresent()) {
      controlPlane =
          Optional.of(connect(config, config.controlPlane().get(), core, metrics, state.agentId()));
    }
    config
        .manifests()
        .map(folder ->
            ManifestsFeed.start(
                folder, System.getenv(), core.inbox(), core.remembered(FeedNames.MANIFESTS)))
        .ifPresent(feed -> rooms.push(feed::close));
    FeedGate gate = gate(controlPlane, feeds);
    NodeService service =
        new NodeService(
            config.node(),
            clock.instant(),
            core.board(),
            core.node(),
            core.events(),
            core.inbox(),
            gate,
            core.housekeeping(),
            core.runtimes());
    RunningServer server =
        Servers.start(ServerSpec.of(new Endpoint.UnixSocket(config.nodeSocket()), service));
    rooms.push(server::close);
    // Closed before the server, which would wait for those who watch.
    rooms.push(service::close);
    if (config.metricsListen().isPresent()) {
      serveMetrics(config, config.metricsListen().get(), registry, metrics, core);
    }
    log.info(
        "Agent {} of node {} is at work: node API on {}, metrics on {}, control plane {}",
        config.node().agentVersion(),
        config.node().name(),
        config.nodeSocket(),
        metricsAddress.map(InetSocketAddress::toString).orElse("no port"),
        config.controlPlane().map(c -> c.endpoint().toString()).orElse("none"));
  }

  private static List<String> feeds(AgentConfig config) {
    List<String> feeds = new ArrayList<>();
    feeds.add(FeedNames.STACKS);
    config.controlPlane().ifPresent(_ -> feeds.add(FeedNames.CONTROL_PLANE));
    config.manifests().ifPresent(_ -> feeds.add(FeedNames.MANIFESTS));
    return List.copyOf(feeds);
  }

  private ControlPlaneFeed connect(
      AgentConfig config, ChannelSpec channel, Core core, AgentMetrics metrics, String agentId) {
    ControlPlaneFeed feed =
        ControlPlaneFeed.start(
            FeedConfig.of(channel),
            core.inbox(),
            metrics,
            () -> NodeWriter.info(config.node(), core.node().now().runtimes()),
            agentId,
            core.remembered(FeedNames.CONTROL_PLANE)
                .map(held -> new Held(held.storeId(), held.revision()))
                .orElse(Held.NOTHING),
            new SecureRandom(),
            System::nanoTime);
    rooms.push(feed::close);
    Reporter reporter = Reporter.start(core.board(), core.node(), feed, metrics, System::nanoTime);
    rooms.push(reporter::close);
    return feed;
  }

  private static FeedGate gate(Optional<ControlPlaneFeed> controlPlane, List<String> feeds) {
    return (name, storeId) -> {
      if (name.equals(FeedNames.CONTROL_PLANE) && controlPlane.isPresent()) {
        return controlPlane.get().accept(storeId);
      }
      return Optional.of(
          "feed: "
              + name
              + " (expected: "
              + FeedNames.CONTROL_PLANE
              + (feeds.contains(FeedNames.CONTROL_PLANE) ? "" : ", which is not configured")
              + ")");
    };
  }

  private void serveMetrics(
      AgentConfig config,
      InetSocketAddress address,
      PrometheusMeterRegistry registry,
      AgentMetrics metrics,
      Core core)
      throws IOException {
    MetricsServer server =
        MetricsServer.start(
            new MetricsConfig(
                address,
                switch (config.perWorkload()) {
                  case OFF -> MetricsConfig.Series.NODE;
                  case ON -> MetricsConfig.Series.PER_WORKLOAD;
                },
                MetricsConfig.DEFAULT_PATIENCE),
            registry,
            metrics,
            new MetricsServer.Sources(
                config.node(),
                config.runtimes().stream().map(RuntimeChoice::name).toList(),
                feeds(config),
                core.board(),
                core.node(),
                core.inbox(),
                core::turns),
            System::nanoTime);
    rooms.push(server::close);
    metricsAddress = Optional.of(server.address());
  }

  /** Where metrics are served, with the port that was chosen for 0. */
  public Optional<InetSocketAddress> metricsAddress() {
    return metricsAddress;
  }

  /** How it is, for those who watch over its process. */
  public Vitals vitals() {
    return new Vitals(core.orElseThrow());
  }

  /**
   * Stops what the agent runs, those that depend on others first, each with its grace period, and
   * starts nothing any more. Returns when that is done, or when nothing has changed for longer than
   * a stop may take. The next agent starts again what is still wanted.
   *
   * @param progress told what is left, as {@code STACK/NAME}, at each change and every few seconds
   * @return what could not be stopped
   */
  public Set<String> stopWorkloads(Consumer<Set<String>> progress) {
    return core.orElseThrow().takeDown(progress);
  }

  /** Ends the agent. Workloads run on. A second close does nothing. */
  @Override
  public void close() {
    while (!rooms.isEmpty()) {
      try {
        rooms.pop().run();
      } catch (RuntimeException e) {
        log.error("A part of the agent could not be ended in good order", e);
      }
    }
  }
}
