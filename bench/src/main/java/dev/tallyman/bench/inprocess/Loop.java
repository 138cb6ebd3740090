package dev.tallyman.bench.inprocess;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.feed.ControlPlaneFeed;
import dev.tallyman.agent.feed.FeedConfig;
import dev.tallyman.agent.feed.Held;
import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.LoopConfig;
import dev.tallyman.agent.loop.LoopThread;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.Persistence;
import dev.tallyman.agent.loop.Reconciler;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.loop.SteadyClock;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.observe.Looker;
import dev.tallyman.agent.plan.Placer;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.transport.ChannelSpec;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The real loop on its own thread with a real feed; what it acts on is the caller's. */
public final class Loop implements AutoCloseable {

  private static final long CPU_MILLIS = 1_000_000;
  private static final long MEMORY_BYTES = 1L << 40;

  private final Inbox inbox;
  private final StatusBoard board = new StatusBoard();
  private final NodeBoard node = new NodeBoard();
  private final EventLog events = new EventLog();
  private final Telemetry telemetry;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /** Starts a loop that remembers nothing. */
  public Loop(
      Inbox inbox, Actuator actuator, Looker looker, Persistence persistence, Telemetry telemetry) {
    this.inbox = inbox;
    this.telemetry = telemetry;
    SteadyClock clock = new SteadyClock(Clock.systemUTC());
    Reconciler reconciler =
        new Reconciler(
            new LoopConfig(
                Set.of(FeedNames.CONTROL_PLANE),
                CPU_MILLIS,
                MEMORY_BYTES,
                Map.of(),
                Placer.Memory.INTACT,
                Optional.empty()),
            actuator,
            Prober.NONE,
            Housekeeper.NONE,
            looker,
            persistence,
            board,
            node,
            events,
            telemetry,
            clock,
            Clock.systemUTC(),
            System::nanoTime);
    parts.push(
        LoopThread.start(
            inbox,
            reconciler,
            clock,
            () -> System.err.println("bench: the loop has met a defect")));
  }

  /** Connects it to a control plane. */
  public ControlPlaneFeed connect(ChannelSpec channel) {
    ControlPlaneFeed feed =
        ControlPlaneFeed.start(
            FeedConfig.of(channel),
            inbox,
            telemetry,
            () -> NodeInfo.newBuilder().setName("bench").build(),
            "bench-agent",
            Held.NOTHING,
            new Random(1),
            System::nanoTime);
    parts.push(feed);
    return feed;
  }

  public StatusBoard board() {
    return board;
  }

  public NodeBoard node() {
    return node;
  }

  /** Closes this together with the loop, before it. */
  public <T extends AutoCloseable> T with(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        System.err.println("bench: a part could not be closed: " + e);
      }
    }
  }
}
