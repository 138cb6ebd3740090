package dev.tallyman.agent;

import dev.tallyman.agent.actuate.Housekeeping;
import dev.tallyman.agent.actuate.Lanes;
import dev.tallyman.agent.health.Probers;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.LoopConfig;
import dev.tallyman.agent.loop.LoopThread;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.Persistence;
import dev.tallyman.agent.loop.Reconciler;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.loop.SteadyClock;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.plan.Placer;
import dev.tallyman.agent.roster.RuntimeRoster;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import dev.tallyman.agent.state.Loaded;
import dev.tallyman.agent.state.Remembered;
import dev.tallyman.agent.state.StateException;
import dev.tallyman.agent.state.StateWriter;
import dev.tallyman.agent.state.Store;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.ContainerRuntime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The agent without its ways to the outside: the loop with its boards, lanes, runtimes and memory.
 * It runs what the messages in its inbox want.
 */
final class Core implements AutoCloseable {

  private static final Duration SAVE_RETRY = Duration.ofSeconds(5);

  /** For what a stop takes beside its grace period and its deadline. */
  private static final Duration STOP_MARGIN = Duration.ofSeconds(15);

  private static final Duration STOP_PAUSE = Duration.ofSeconds(5);

  private final Inbox inbox = new Inbox();
  private final StatusBoard board = new StatusBoard();
  private final NodeBoard node = new NodeBoard();
  private final EventLog events = new EventLog();
  private final StateWriter writer;
  private final RuntimeRoster roster;
  private final Lanes lanes;
  private final Probers probers;
  private final Housekeeping housekeeping;
  private final LoopThread loop;
  private final Map<String, FeedState> remembered = new HashMap<>();
  private final Duration changeDeadline;

  /**
   * Starts everything, with what the store remembers.
   *
   * @param feeds names of the feeds; nothing that a feed may want is removed before it has spoken
   * @param onDefect called when the loop ended by a defect
   * @throws StateException if the store cannot be read
   */
  Core(
      AgentConfig config,
      Set<String> feeds,
      Store store,
      Telemetry telemetry,
      InstantSource wall,
      LongSupplier nanos,
      Runnable onDefect)
      throws StateException {
    changeDeadline = config.deadlines().change();
    Ticks ticks = new Ticks();
    Loaded<Remembered> memory = store.loadRemembered();
    for (String feed : feeds) {
      store.loadDesired(feed).found().ifPresent(state -> remembered.put(feed, state));
    }
    writer = StateWriter.start(store, inbox, SAVE_RETRY);
    roster =
        new RuntimeRoster(
            config.node().name(),
            config.runtimes(),
            config.apple(),
            config.deadlines(),
            wall,
            inbox,
            ticks,
            telemetry);
    lanes = new Lanes(roster::find, inbox, ticks, telemetry, config.launchesAtOnce());
    probers = new Probers(roster::find, inbox, wall);
    housekeeping = new Housekeeping(roster::all);
    SteadyClock clock = new SteadyClock(wall);
    Reconciler reconciler =
        new Reconciler(
            loopConfig(config, feeds, memory),
            lanes,
            probers,
            housekeeping,
            roster::look,
            new Writing(),
            board,
            node,
            events,
            telemetry,
            clock,
            wall,
            nanos);
    remembered.values().forEach(state -> inbox.post(new Message.FeedRemembered(state)));
    loop = LoopThread.start(inbox, reconciler, clock, onDefect);
    roster.start();
  }

  private static LoopConfig loopConfig(
      AgentConfig config, Set<String> feeds, Loaded<Remembered> memory) {
    return new LoopConfig(
        feeds,
        config.node().allocatable().cpuMillis(),
        config.node().allocatable().memoryBytes(),
        memory.found().map(Remembered::history).orElse(Map.of()),
        memory.found().map(Remembered::memory).orElse(Placer.Memory.NONE),
        memory.found().flatMap(Remembered::drainReason));
  }

  /** Where the loop is told things. */
  Inbox inbox() {
    return inbox;
  }

  StatusBoard board() {
    return board;
  }

  NodeBoard node() {
    return node;
  }

  EventLog events() {
    return events;
  }

  /** What a feed wanted when that was last written down. */
  Optional<FeedState> remembered(String feed) {
    return Optional.ofNullable(remembered.get(feed));
  }

  /** The runtimes, by name. */
  Function<String, Optional<ContainerRuntime>> runtimes() {
    return roster::find;
  }

  Housekeeping housekeeping() {
    return housekeeping;
  }

  /** How many turns the loop has taken. */
  long turns() {
    return loop.turns();
  }

  /** Where in the program the loop's thread is; empty when it has ended. */
  StackTraceElement[] loopStack() {
    return loop.stack();
  }

  /** Stops all that is wanted; see {@link Agent#stopWorkloads}. */
  Set<String> takeDown(Consumer<Set<String>> progress) {
    Duration grace =
        board.all().stream()
            .map(StatusBoard.Entry::desired)
            .flatMap(Optional::stream)
            .map(Core::stopGrace)
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    return new Departure(
            inbox, System::nanoTime, grace.plus(changeDeadline).plus(STOP_MARGIN), STOP_PAUSE)
        .await(progress);
  }

  private static Duration stopGrace(Desired desired) {
    return switch (desired) {
      case Desired.Wanted wanted -> wanted.workload().spec().stopGrace();
      case Desired.Outgoing outgoing -> outgoing.workload().spec().stopGrace();
      case Desired.Refused _ -> Duration.ZERO;
    };
  }

  /** Ends the loop, then the lanes and runtimes, and writes what is to be remembered. */
  @Override
  public void close() {
    loop.close();
    probers.close();
    housekeeping.close();
    lanes.close();
    roster.close();
    writer.close();
  }

  private final class Writing implements Persistence {
    @Override
    public void history(long sequence, HistoryChange change) {
      writer.history(sequence, change);
    }

    @Override
    public void desired(DesiredChange change) {
      writer.desired(change);
    }
  }
}
