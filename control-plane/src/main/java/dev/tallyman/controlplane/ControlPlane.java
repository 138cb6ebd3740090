package dev.tallyman.controlplane;

import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.controlplane.auth.Access;
import dev.tallyman.controlplane.auth.Tokens;
import dev.tallyman.controlplane.fleet.FleetService;
import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.SqliteStore;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.controlplane.store.StoreException;
import dev.tallyman.controlplane.sync.LeaseKeeper;
import dev.tallyman.controlplane.sync.NodeStreams;
import dev.tallyman.controlplane.sync.SyncRoom;
import dev.tallyman.controlplane.sync.SyncService;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import dev.tallyman.transport.TransportException;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control plane that runs until it is closed: an embedded store, the gRPC service that nodes
 * connect to ({@code ControlPlane}), and the one for people and schedulers ({@code Fleet}), both on
 * each endpoint.
 *
 * <pre>{@code
 * Settings settings = ControlPlaneSettings.SCHEMA.read(layers);
 * try (ControlPlane running =
 *     ControlPlane.start(ControlPlaneSettings.config(settings, version))) {
 *   // running.endpoints() says where; wait for the signal to stop
 * }
 * }</pre>
 *
 * <p>Killing it at any moment loses no write that was answered. Nodes go on with what they have
 * while it is away, and find it again by themselves. Safe for use by several threads.
 */
public final class ControlPlane implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<RunningServer> servers = new ArrayList<>();

  private ControlPlane() {}

  /**
   * Starts a control plane; it serves when this returns.
   *
   * @throws StoreException if the store cannot be opened: another process has it, it is damaged or
   *     another program's
   * @throws TransportException if an endpoint cannot be listened on, or certificate or key cannot
   *     be used
   * @throws FaultsException if the tokens file is wrong
   */
  public static ControlPlane start(ControlPlaneConfig config) {
    return start(config, Surroundings.system());
  }

  /** The same in other surroundings. */
  public static ControlPlane start(ControlPlaneConfig config, Surroundings surroundings) {
    ControlPlane starting = new ControlPlane();
    try {
      starting.build(config, surroundings);
      return starting;
    } catch (RuntimeException e) {
      starting.close();
      throw e;
    }
  }

  /** Where it listens, in the order of the configuration, with the ports that were chosen for 0. */
  public List<Endpoint> endpoints() {
    return servers.stream().map(RunningServer::endpoint).toList();
  }

  /** The first of {@link #endpoints}. */
  public Endpoint endpoint() {
    return endpoints().getFirst();
  }

  /**
   * Ends all streams with UNAVAILABLE, lets calls under way end for {@code 2 s}, and closes the
   * store. A second call does nothing.
   */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        // The others are still to be closed.
        log.warn("closing the control plane: {}; it goes on with the rest", e.toString());
      }
    }
  }

  private void build(ControlPlaneConfig config, Surroundings surroundings) {
    Optional<Tokens> tokens = config.tokensFile().map(Tokens::read);
    ExecutorService executor =
        started(
            Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("control-plane-", 0).factory()));
    ScheduledExecutorService timer = started(timer());
    Store store =
        started(
            SqliteStore.open(
                config.storeFolder(),
                () -> surroundings.ids().get().toString(),
                surroundings.clock()));
    LiveNodes live =
        new LiveNodes(config.leaseDuration(), surroundings.nanoTime(), surroundings.clock());
    started(new LeaseKeeper(store, live, timer));

    NodeStreams streams = new NodeStreams();
    SyncService sync =
        new SyncService(
            new SyncRoom(
                store,
                live,
                streams,
                surroundings.clock(),
                executor,
                timer,
                SyncRoom.HELLO_TIMEOUT,
                config.version()));
    FleetService fleet =
        new FleetService(
            store, live, surroundings.clock(), surroundings.ids(), executor, streams::commanded);
    started(
        store.subscribe(change -> {
          streams.changed(change);
          fleet.changed();
        }));
    for (Endpoint endpoint : config.listen()) {
      ServerSpec spec =
          ServerSpec.of(endpoint, sync, fleet)
              .withInterceptors(List.of(access(endpoint, tokens)))
              .withGrace(GRACE);
      servers.add(started(Servers.start(withTls(spec, config))));
    }
    // First of all when closing: streams would otherwise last as long as nodes want.
    started(() -> {
      Status stopping =
          Status.UNAVAILABLE.withDescription("the control plane is stopping; try again");
      streams.failAll(stopping);
      fleet.failAll(stopping);
    });
    log.info("control plane {} listens on {}", config.version(), endpoints());
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("control-plane-timer").daemon().factory());
    // Closing must not wait for what is due later.
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return timer;
  }

  private static ServerInterceptor access(Endpoint endpoint, Optional<Tokens> tokens) {
    return switch (endpoint) {
      case Endpoint.UnixSocket _ -> Access.local();
      case Endpoint.HostPort _ -> tokens.map(Access::byToken).orElseGet(Access::local);
    };
  }

  private static ServerSpec withTls(ServerSpec spec, ControlPlaneConfig config) {
    return switch (spec.endpoint()) {
      case Endpoint.UnixSocket _ -> spec;
      case Endpoint.HostPort _ -> config.tls().map(spec::withTls).orElse(spec);
    };
  }

  /** Remembers what is to be closed, the last one first. */
  private <C extends AutoCloseable> C started(C part) {
    parts.push(part);
    return part;
  }
}
