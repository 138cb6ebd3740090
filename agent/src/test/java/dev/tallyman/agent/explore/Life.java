package dev.tallyman.agent.explore;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.actuate.Performer;
import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Message.ActionEnded;
import dev.tallyman.agent.inbox.Message.Change;
import dev.tallyman.agent.inbox.Message.Sighting;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.LoopConfig;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.Persistence;
import dev.tallyman.agent.loop.Reconciler;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.observe.Looker;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.Placer;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import dev.tallyman.agent.state.Images;
import dev.tallyman.agent.state.Remembered;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One run of the agent: the real Reconciler, the real Performer in lanes that can be left in the
 * middle, and a disk that is slow. A turn follows each message at once.
 */
final class Life implements Actuator, Persistence, Prober, Looker {

  /** Whether the agent can talk to an engine, as far as it knows. */
  enum Link {
    UP,
    /** The stream of events has ended, and nothing was done about it yet. */
    BROKEN,
    DOWN
  }

  /** Something that was seen. */
  record Hint(String uid, String engine) implements Comparable<Hint> {
    @Override
    public int compareTo(Hint other) {
      return (uid + " " + engine).compareTo(other.uid + " " + other.engine);
    }
  }

  /** History that waits for the disk. */
  record Image(long sequence, Remembered history) {}

  private static final Duration SHORT = Duration.ofMillis(600);

  private final World world;
  final Reconciler reconciler;
  final StatusBoard board = new StatusBoard();
  final TreeMap<String, Lane> lanes = new TreeMap<>();
  final TreeSet<Hint> hints = new TreeSet<>();
  final TreeMap<String, Link> links = new TreeMap<>();
  Optional<Message> slow = Optional.empty();
  Optional<Instant> wake = Optional.empty();
  boolean heard;

  // What waits for the disk.
  private final Images images = new Images();
  Optional<FeedState> desired = Optional.empty();
  Optional<Image> history = Optional.empty();
  private long savedSequence;
  boolean failing;

  /** The disk takes its time. */
  boolean stalled;

  private final Deque<Message> inbox = new ArrayDeque<>();

  /** The next answer to a look is kept back. */
  private boolean slowly;

  Life(World world) {
    this.world = world;
    Disk disk = world.disk();
    reconciler =
        new Reconciler(
            new LoopConfig(
                Set.of(World.FEED),
                World.CPU_MILLIS,
                World.MEMORY_BYTES,
                disk.history().map(Remembered::history).orElse(Map.of()),
                disk.history().map(Remembered::memory).orElse(Placer.Memory.NONE),
                disk.history().flatMap(Remembered::drainReason)),
            this,
            this,
            Housekeeper.NONE,
            this,
            this,
            board,
            new NodeBoard(),
            new EventLog(),
            Telemetry.NONE,
            world::now,
            () -> World.BEGIN,
            () -> 0);
  }

  void begin() {
    world.disk().desired().ifPresent(state -> post(new Message.FeedRemembered(state)));
    for (ModelEngine engine : world.engines()) {
      links.put(engine.name, Link.DOWN);
      post(new Message.RuntimeDown(engine.name, "not asked yet"));
    }
  }

  /** Tells the Reconciler, and what follows from that at once. */
  void post(Message message) {
    inbox.add(message);
    turn();
  }

  /** Time has passed. */
  void tick() {
    wake = reconciler.turn(List.of());
    turn();
  }

  /**
   * The short waits by which the loop spares the disk are over at once: what has not been handed
   * over is as lost in a crash as what was not written.
   */
  private void turn() {
    while (!inbox.isEmpty()) {
      wake = reconciler.turn(List.of(inbox.remove()));
    }
    while (wake.filter(at -> at.isBefore(world.now().plus(SHORT))).isPresent()) {
      world.pass(wake.get());
      wake = reconciler.turn(List.of());
    }
  }

  // ---- lanes

  @Override
  public void begin(long actionId, Action action) {
    world.note(() -> "  agent begins " + Words.of(action));
    world.rules().onBegin(action);
    lanes.put(action.uid(), new Lane(actionId, action));
  }

  @Override
  public void cancel(String uid, long actionId) {
    Optional.ofNullable(lanes.get(uid))
        .ifPresent(lane -> {
          world.note(() -> "  agent breaks off " + Words.of(lane.action));
          lane.cancelled = true;
        });
  }

  /** An action goes one request further. */
  void step(String uid, Strike strike) {
    Lane lane = Optional.ofNullable(lanes.get(uid)).orElseThrow();
    ModelEngine engine = world.engine(lane.action.runtime());
    Inbox posted = new Inbox();
    Performer performer = new Performer(posted, new Ticks(), (_, _, _) -> {}, _ -> () -> {});
    boolean left = false;
    try {
      performer.run(
          lane.actionId, lane.action, Optional.of(new LaneCalls(world, engine, lane, strike)));
    } catch (LaneCalls.Left _) {
      left = true;
    }
    if (world.takeOwnChange() && links.get(engine.name) == Link.UP) {
      post(new Message.Changed(engine.name, uid, hintOf(lane.action), 0));
    }
    if (left) {
      return;
    }
    lanes.remove(uid);
    ActionEnded ended = last(posted);
    world.note(() -> "  action ended: " + Words.of(ended));
    Sighting sighting =
        switch (ended.sighting()) {
          case Sighting.Known(Optional<Instance> instance, long _) ->
              new Sighting.Known(instance, lane.tick);
          case Sighting.Unknown unknown -> unknown;
        };
    post(new ActionEnded(ended.uid(), ended.actionId(), ended.failure(), sighting));
  }

  /** What the engine says of a step of an action. */
  private static Change hintOf(Action action) {
    return switch (action) {
      case Action.Launch launch ->
          switch (launch.intent()) {
            case FRESH -> Change.STARTED;
            case REPLACE -> Change.ANY;
          };
      case Action.Start _ -> Change.STARTED;
      case Action.Restart _, Action.Stop _, Action.Retire _ -> Change.ANY;
    };
  }

  private static ActionEnded last(Inbox posted) {
    try {
      return posted.take(Duration.ZERO).stream()
          .filter(ActionEnded.class::isInstance)
          .map(ActionEnded.class::cast)
          .reduce((_, b) -> b)
          .orElseThrow();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- looks

  void changed(Hint hint) {
    if (links.get(hint.engine()) == Link.UP) {
      hints.add(hint);
    }
  }

  void hint(Hint hint, Move.Telling telling) {
    hints.remove(hint);
    if (telling == Move.Telling.NEVER) {
      return;
    }
    slowly = telling == Move.Telling.SLOWLY;
    post(new Message.Changed(hint.engine(), hint.uid(), Change.ANY, 0));
    slowly = false;
    if (telling == Move.Telling.TWICE) {
      hints.add(hint);
    }
  }

  @Override
  public void look(String runtime, String uid) {
    ModelEngine engine = world.engine(runtime);
    if (!engine.up) {
      links.put(runtime, Link.DOWN);
      inbox.add(new Message.RuntimeDown(runtime, "away"));
      return;
    }
    Message seen =
        new Message.Seen(runtime, uid, engine.byUid(uid).map(ModelContainer::seen), world.tick());
    if (slowly) {
      slow = Optional.of(seen);
    } else {
      inbox.add(seen);
    }
  }

  void arrive() {
    Message message = slow.orElseThrow();
    slow = Optional.empty();
    post(message);
  }

  void list(ModelEngine engine, Move.Listing listing) {
    List<Instance> all = engine.list();
    long asOf = world.tick();
    switch (listing) {
      case RIGHT -> post(new Message.Listed(engine.name, all, asOf));
      case SLOW -> slow = Optional.of(new Message.Listed(engine.name, all, asOf));
      case REPEATING -> {
        List<Instance> twice = new ArrayList<>(all);
        twice.addAll(all);
        post(new Message.Listed(engine.name, List.copyOf(twice), asOf));
      }
      case MISSING -> post(new Message.Listed(engine.name, all.stream().skip(1).toList(), asOf));
    }
  }

  void connect(ModelEngine engine) {
    links.put(engine.name, Link.UP);
    post(new Message.RuntimeUp(engine.name, World.INFO));
    list(engine, Move.Listing.RIGHT);
  }

  void miss(ModelEngine engine) {
    links.put(engine.name, Link.DOWN);
    post(new Message.RuntimeDown(engine.name, "away"));
  }

  /** An engine went away: its stream ends, and what it was asked is not answered. */
  void broken(String engine) {
    links.computeIfPresent(engine, (_, link) -> link == Link.UP ? Link.BROKEN : link);
    hints.removeIf(hint -> hint.engine().equals(engine));
    slow = Optional.empty();
  }

  // ---- the disk

  @Override
  public void history(long sequence, HistoryChange change) {
    images.add(change);
    history = Optional.of(new Image(sequence, images.remembered()));
  }

  @Override
  public void desired(DesiredChange change) {
    images.add(change);
    desired = Optional.of(images.desired(change.feed()));
  }

  boolean hasUnwritten() {
    return desired.isPresent() || history.isPresent();
  }

  /** Desired state before history, as the real one does. */
  void write() {
    if (desired.isPresent()) {
      FeedState image = desired.get();
      desired = Optional.empty();
      world.store(world.disk().with(image));
      boolean healed = failing && history.isEmpty();
      failing &= !healed;
      post(new Message.DesiredSaved(image.feed(), image.revision()));
      if (healed) {
        post(new Message.HistorySaved(savedSequence));
      }
    } else {
      Image image = history.orElseThrow();
      history = Optional.empty();
      failing = false;
      world.store(world.disk().with(image.history()));
      savedSequence = image.sequence();
      post(new Message.HistorySaved(savedSequence));
    }
  }

  void writeFails() {
    failing = true;
    post(new Message.SaveFailed(desired.isPresent() ? "desired state" : "history", "disk full"));
  }

  // ---- probes

  /** Nothing is probed, which is said at once. */
  @Override
  public void begin(Subject subject) {
    inbox.add(
        new Message.HealthChanged(
            subject.uid(),
            new Health(
                subject.instanceId(), subject.startedAt(), Health.State.NOT_PROBED, "no probe")));
  }

  @Override
  public void end(String uid) {}
}
