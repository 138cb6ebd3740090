package dev.tallyman.agent;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.LoopConfig;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.Persistence;
import dev.tallyman.agent.loop.Reconciler;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.NodeFacts;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.Placer;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The real Reconciler with its boards, driven by a test's hand: what an edge of the agent sees of
 * the loop. Actions are noted and never end by themselves. Safe for any threads.
 */
public final class TestLoop {

  /** The feed that it believes. */
  public static final String FEED = "control-plane";

  /** The runtime that it knows once {@link #runtimeUp} was called. */
  public static final String RUNTIME = "docker";

  /** When everything happens. */
  public static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

  /** Of the node that it is. */
  public static final NodeFacts FACTS =
      new NodeFacts(
          "n1",
          Map.of("zone", "a"),
          new NodeFacts.Amounts(4000, 8L << 30),
          new NodeFacts.Amounts(4000, 8L << 30),
          List.of("10.0.0.5"),
          "linux",
          "amd64",
          "host",
          "0.1.0");

  public final Inbox inbox = new Inbox();
  public final StatusBoard statuses = new StatusBoard();
  public final NodeBoard node = new NodeBoard();
  public final EventLog events = new EventLog();
  private final List<Action> actions = new ArrayList<>();
  private final Map<String, Long> actionIds = new HashMap<>();
  private final Ticks ticks = new Ticks();
  private final Reconciler reconciler;
  private long revision;

  public TestLoop() {
    Actuator noting =
        new Actuator() {
          @Override
          public void begin(long actionId, Action action) {
            actions.add(action);
            actionIds.put(action.uid(), actionId);
          }

          @Override
          public void cancel(String uid, long actionId) {}
        };
    Persistence answering =
        new Persistence() {
          @Override
          public void history(long sequence, HistoryChange change) {
            inbox.post(new Message.HistorySaved(sequence));
          }

          @Override
          public void desired(DesiredChange change) {
            inbox.post(new Message.DesiredSaved(change.feed(), change.revision()));
          }
        };
    reconciler =
        new Reconciler(
            new LoopConfig(
                Set.of(FEED), 4000, 4L << 30, Map.of(), Placer.Memory.INTACT, Optional.empty()),
            noting,
            Prober.NONE,
            Housekeeper.NONE,
            (_, _) -> {},
            answering,
            statuses,
            node,
            events,
            Telemetry.NONE,
            InstantSource.fixed(NOW),
            InstantSource.fixed(NOW),
            () -> 0);
  }

  /** Takes in these messages and all that wait. */
  public synchronized void turn(Message... messages) {
    var _ = reconciler.turn(Stream.concat(Stream.of(messages), waiting()).toList());
    List<Message> left = waiting().toList();
    if (!left.isEmpty()) {
      var _ = reconciler.turn(left);
    }
  }

  /** Turns when somebody tells it something, until it is closed: what a loop's thread does. */
  public Serving serve() {
    return new Serving();
  }

  /** A loop that turns by itself. */
  public final class Serving implements AutoCloseable {
    private final Thread thread = Thread.ofVirtual().start(this::run);

    private void run() {
      try {
        while (true) {
          turn(inbox.take(Duration.ofMinutes(1)).toArray(Message[]::new));
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Stream<Message> waiting() {
    try {
      return inbox.take(Duration.ZERO).stream();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What the feed wants from now on, all of it. */
  public synchronized void want(Desired... desired) {
    turn(new Message.FeedSnapshot(new FeedState(FEED, "store-1", ++revision, List.of(desired))));
  }

  /** The runtime answers and has these instances. */
  public void runtimeUp(Instance... instances) {
    turn(
        new Message.RuntimeUp(
            RUNTIME,
            new RuntimeInfo(
                "docker",
                "20.10.24",
                "1.41",
                "linux",
                "amd64",
                4,
                8L << 30,
                Set.of(Capability.values()))),
        new Message.Listed(RUNTIME, List.of(instances), ticks.next()));
  }

  /** The action of a uid ends well, and this is there afterwards. */
  public synchronized void finish(String uid, Optional<Instance> instance) {
    turn(
        new Message.ActionEnded(
            uid,
            Optional.ofNullable(actionIds.remove(uid)).orElseThrow(),
            Optional.empty(),
            new Message.Sighting.Known(instance, ticks.next())));
  }

  /** What was begun. */
  public synchronized List<Action> actions() {
    return List.copyOf(actions);
  }

  /** A workload that breaks a rule: it has a status without any runtime. */
  public static Desired refused(String uid, String message) {
    return new Desired.Refused(uid, "name-" + uid, "default", 1, "InvalidSpec", message);
  }

  /** The instance of a workload, running. */
  public static Instance running(Workload workload) {
    return new Instance(
        workload.uid(),
        workload.stack(),
        workload.name(),
        workload.specHash(),
        "id-" + workload.uid(),
        workload.spec().instanceName(),
        workload.spec().image(),
        new InstanceState.Running(NOW.minusSeconds(60)),
        List.of(),
        Map.of(),
        Optional.empty(),
        List.of());
  }
}
