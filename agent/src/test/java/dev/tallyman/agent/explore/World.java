package dev.tallyman.agent.explore;

import dev.tallyman.agent.explore.Move.Listing;
import dev.tallyman.agent.explore.Move.Telling;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.state.Remembered;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.RuntimeInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A small world at one moment: what people want, engines, a disk, and an agent or none. It goes on
 * by one {@link Move} at a time, and always in the same way by the same move. While no agent runs
 * it can be copied.
 */
final class World {

  static final String FEED = "control-plane";
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  static final long CPU_MILLIS = 4000;
  static final long MEMORY_BYTES = 1L << 30;
  static final RuntimeInfo INFO =
      new RuntimeInfo(
          "model", "1", "1", "linux", "amd64", 4, 8L << 30, EnumSet.allOf(Capability.class));

  /** What waits longer than this waits for ever. */
  private static final Duration HORIZON = Duration.ofDays(1);

  private final Scenario scenario;
  private final Map<String, ModelEngine> engines = new TreeMap<>();
  private final Map<String, Workload> wanted = new TreeMap<>();
  private final Map<String, Mode> modes = new HashMap<>();
  private final Map<String, Integer> runs = new TreeMap<>();
  private Rules rules = new Rules(this);
  private int wants;
  private long revision;
  private boolean drained;
  private Disk disk = Disk.EMPTY;
  private Optional<LateRequest> late = Optional.empty();
  private Instant now = BEGIN;
  private long ticks;
  private boolean ownChange;
  private Optional<Life> life = Optional.empty();
  private Optional<Consumer<String>> journal = Optional.empty();

  /** The world before anything has happened: the agent was never started. */
  World(Scenario scenario) {
    this.scenario = scenario;
    scenario.engines().forEach(name -> engines.put(name, new ModelEngine(name)));
  }

  /** The same world once more. */
  World copy() {
    if (life.isPresent()) {
      throw new IllegalStateException("an agent cannot be copied");
    }
    World copy = new World(scenario);
    engines.forEach((name, engine) -> copy.engines.put(name, engine.copy()));
    copy.wanted.putAll(wanted);
    copy.modes.putAll(modes);
    copy.runs.putAll(runs);
    copy.rules = rules.copyFor(copy);
    copy.wants = wants;
    copy.revision = revision;
    copy.drained = drained;
    copy.disk = disk;
    copy.late = late;
    copy.now = now;
    copy.ticks = ticks;
    return copy;
  }

  /** Writes down what happens from now on. */
  void journal(Consumer<String> to) {
    journal = Optional.of(to);
  }

  void note(Supplier<String> line) {
    journal.ifPresent(to -> to.accept(line.get()));
  }

  // ---- what can happen

  /** All moves that can be made, calm ones first and in the order in which they are made then. */
  List<Move> moves(int budget) {
    List<Move> moves = new ArrayList<>();
    if (life.filter(alive -> alive.hasUnwritten() && !alive.stalled).isPresent()) {
      // A disk is fast. One that is not is something that may go wrong.
      moves.addAll(
          List.of(new Move.Write(), new Move.WriteFails(), new Move.Stall(), new Move.Crash()));
      moves.removeIf(move -> move.cost() > budget);
      return moves;
    }
    life.ifPresentOrElse(alive -> whileAlive(alive, moves), () -> whileDead(moves));
    if (wants < scenario.wants().size()) {
      Scenario.Want next = scenario.wants().get(wants);
      if (life.isPresent() || next instanceof Scenario.Want.Change) {
        moves.add(new Move.Want(next.words()));
      }
    }
    for (ModelEngine engine : engines.values()) {
      for (ModelContainer container : engine.all()) {
        String uid = container.spec().uid();
        if (container.isRunning()) {
          program(uid).ifPresent(code -> moves.add(new Move.Finish(uid, engine.name, code)));
          moves.add(new Move.Die(uid, engine.name));
        }
        moves.add(new Move.Vanish(uid, engine.name));
      }
      if (engine.up) {
        moves.add(new Move.Leave(engine.name));
      }
    }
    moves.removeIf(move -> move.cost() > budget);
    return moves;
  }

  private void whileDead(List<Move> moves) {
    moves.add(new Move.Start());
    late.ifPresent(_ -> moves.add(new Move.DoLate()));
    engines.values().stream()
        .filter(engine -> !engine.up)
        .forEach(engine -> moves.add(new Move.Return(engine.name)));
    if (!disk.equals(Disk.EMPTY)) {
      moves.add(new Move.LoseDisk());
    }
  }

  private void whileAlive(Life alive, List<Move> moves) {
    if (alive.hasUnwritten()) {
      moves.add(new Move.Write());
    }
    late.ifPresent(_ -> moves.add(new Move.DoLate()));
    alive.slow.ifPresent(_ -> moves.add(new Move.Arrive()));
    for (ModelEngine engine : engines.values()) {
      Life.Link link = Optional.ofNullable(alive.links.get(engine.name)).orElseThrow();
      if (!engine.up) {
        moves.add(new Move.Return(engine.name));
        if (link != Life.Link.DOWN) {
          moves.add(new Move.Miss(engine.name));
        }
      } else if (link != Life.Link.UP) {
        moves.add(new Move.Connect(engine.name));
      }
    }
    if (!alive.heard) {
      moves.add(new Move.Hear());
    }
    boolean drainedOnDisk = disk.history().flatMap(Remembered::drainReason).isPresent();
    if ((drained || drainedOnDisk) && wants == scenario.wants().size()) {
      moves.add(new Move.Resume());
    }
    alive.lanes.forEach((uid, lane) -> steps(uid, lane, moves));
    for (Life.Hint hint : alive.hints) {
      for (Telling telling : Telling.values()) {
        if (telling != Telling.SLOWLY || alive.slow.isEmpty()) {
          moves.add(new Move.Hint(hint.uid(), hint.engine(), telling));
        }
      }
    }
    if (alive.wake.filter(at -> at.isBefore(now.plus(HORIZON))).isPresent()) {
      moves.add(new Move.Wait());
    }
    engines.values().stream()
        .filter(engine -> engine.up && alive.links.get(engine.name) == Life.Link.UP)
        .forEach(engine -> lists(engine, alive, moves));
    moves.add(new Move.Crash());
  }

  private void steps(String uid, Lane lane, List<Move> moves) {
    if (lane.cancelled && !lane.hasFailed()) {
      moves.add(new Move.Step(uid, Strike.CANCELLED_BEFORE));
      moves.add(new Move.Step(uid, Strike.CANCELLED_AFTER));
    }
    moves.add(new Move.Step(uid, Strike.NONE));
    if (engine(lane.action.runtime()).up) {
      moves.add(new Move.Step(uid, Strike.LOST_BEFORE));
      if (!lane.hasFailed()) {
        moves.add(new Move.Step(uid, Strike.LOST_AFTER));
        moves.add(new Move.Step(uid, Strike.REFUSED));
        if (late.isEmpty()) {
          moves.add(new Move.Step(uid, Strike.LATE));
        }
      }
    }
  }

  private static void lists(ModelEngine engine, Life alive, List<Move> moves) {
    moves.add(new Move.ListAll(engine.name, Listing.RIGHT));
    if (!engine.all().isEmpty()) {
      moves.add(new Move.ListAll(engine.name, Listing.REPEATING));
      moves.add(new Move.ListAll(engine.name, Listing.MISSING));
    }
    if (alive.slow.isEmpty()) {
      moves.add(new Move.ListAll(engine.name, Listing.SLOW));
    }
  }

  /** Goes on by one move. */
  void apply(Move move) {
    note(move::words);
    switch (move) {
      case Move.Start _ -> {
        Life begun = new Life(this);
        life = Optional.of(begun);
        begun.begin();
      }
      case Move.Crash _ -> {
        life = Optional.empty();
        rules.onForgotten();
      }
      case Move.LoseDisk _ -> {
        disk = Disk.EMPTY;
        rules.onForgotten();
      }
      case Move.Want _ -> want(scenario.wants().get(wants++));
      case Move.Resume _ -> {
        drained = false;
        alive().post(new Message.Resume());
      }
      case Move.Hear _ -> {
        alive().heard = true;
        alive().post(new Message.FeedSnapshot(desired()));
      }
      case Move.Step(String uid, Strike strike) -> alive().step(uid, strike);
      case Move.DoLate _ -> doLate();
      case Move.Hint(String uid, String engine, Telling telling) -> {
        rules.disturbed |= telling == Telling.NEVER || telling == Telling.SLOWLY;
        alive().hint(new Life.Hint(uid, engine), telling);
      }
      case Move.Arrive _ -> alive().arrive();
      case Move.ListAll(String engine, Listing listing) -> {
        rules.disturbed |= listing == Listing.MISSING || listing == Listing.SLOW;
        alive().list(engine(engine), listing);
      }
      case Move.Write _ -> alive().write();
      case Move.WriteFails _ -> alive().writeFails();
      case Move.Stall _ -> alive().stalled = true;
      case Move.Wait _ -> {
        Instant wake = alive().wake.orElseThrow();
        pass(wake);
        alive().tick();
      }
      case Move.Finish(String uid, String engine, int code) -> end(engine(engine), uid, code);
      case Move.Die(String uid, String engine) -> {
        rules.disturbed = true;
        end(engine(engine), uid, 1);
      }
      case Move.Vanish(String uid, String engine) -> {
        rules.disturbed = true;
        vanish(engine(engine), uid);
      }
      case Move.Leave(String engine) -> {
        rules.disturbed = true;
        engine(engine).up = false;
        life.ifPresent(alive -> alive.broken(engine));
      }
      case Move.Return(String engine) -> engine(engine).up = true;
      case Move.Miss(String engine) -> alive().miss(engine(engine));
      case Move.Connect(String engine) -> alive().connect(engine(engine));
    }
  }

  private void want(Scenario.Want want) {
    switch (want) {
      case Scenario.Want.Change(String _, List<Workload> upserts, Set<String> removed) -> {
        revision++;
        for (Workload workload : upserts) {
          wanted.put(workload.uid(), workload);
          modes.put(workload.uid(), workload.restart().mode());
        }
        removed.forEach(rules::onUnwanted);
        removed.forEach(wanted::remove);
        List<Desired> changed = upserts.stream().<Desired>map(Desired.Wanted::new).toList();
        life.filter(alive -> alive.heard)
            .ifPresent(alive ->
                alive.post(new Message.FeedDelta(FEED, "store-1", revision, changed, removed)));
      }
      case Scenario.Want.Drain _ -> {
        drained = life.isPresent();
        life.ifPresent(alive -> alive.post(new Message.Drain("maintenance")));
      }
    }
  }

  private FeedState desired() {
    return new FeedState(
        FEED,
        "store-1",
        revision,
        wanted.values().stream().<Desired>map(Desired.Wanted::new).toList());
  }

  // ---- what engines do

  Optional<ModelContainer> create(ModelEngine engine, InstanceSpec spec) {
    Optional<ModelContainer> made = engine.create(spec);
    ownChange = true;
    return made;
  }

  Optional<ModelContainer> start(ModelEngine engine, String id) {
    Optional<ModelContainer> found = engine.byId(id);
    if (found.isEmpty() || found.get().isRunning()) {
      return found;
    }
    rules.onStart(found.get());
    runs.merge(found.get().spec().uid(), 1, Integer::sum);
    // No two runs begin at the same time.
    now = now.plusNanos(1);
    ModelContainer started = engine.start(found.get(), now);
    ownChange = true;
    return Optional.of(started);
  }

  Optional<ModelContainer> stop(ModelEngine engine, String id) {
    return engine.byId(id).map(container -> ended(engine, container, 143));
  }

  Optional<ModelContainer> remove(ModelEngine engine, String id) {
    engine
        .byId(id)
        .ifPresent(container -> {
          rules.onRemove(container);
          engine.remove(container);
          ownChange = true;
        });
    return Optional.empty();
  }

  private void end(ModelEngine engine, String uid, int code) {
    engine.byUid(uid).ifPresent(container -> changed(engine, ended(engine, container, code)));
  }

  private ModelContainer ended(ModelEngine engine, ModelContainer container, int code) {
    if (!container.isRunning()) {
      return container;
    }
    rules.onEnd(container, code);
    ownChange = true;
    return engine.end(container, OptionalInt.of(code), now);
  }

  private void vanish(ModelEngine engine, String uid) {
    engine
        .byUid(uid)
        .ifPresent(container -> {
          ModelContainer last = ended(engine, container, 137);
          engine.remove(last);
          rules.onVanished(last);
          changed(engine, last);
        });
  }

  private void changed(ModelEngine engine, ModelContainer container) {
    life.ifPresent(alive -> alive.changed(new Life.Hint(container.spec().uid(), engine.name)));
  }

  /** An engine took a request, did not answer, and will do it. */
  void later(LateRequest request) {
    late = Optional.of(request);
    rules.disturbed = true;
  }

  private void doLate() {
    LateRequest request = late.orElseThrow();
    late = Optional.empty();
    ModelEngine engine = engine(request.engine());
    switch (request.kind()) {
      case CREATE -> {
        if (request.action() instanceof Action.Launch launch) {
          var _ = create(engine, launch.workload().spec());
        }
      }
      case STOP -> {
        var _ = stop(engine, request.subject());
      }
      case REMOVE -> {
        var _ = remove(engine, request.subject());
      }
      case FIND, START -> {}
    }
  }

  /** The exit code with which the present program of a uid ends by itself. */
  private Optional<Integer> program(String uid) {
    List<Integer> codes = scenario.programs().getOrDefault(uid, List.of());
    int run = runs.getOrDefault(uid, 0);
    return codes.isEmpty() || run == 0
        ? Optional.empty()
        : Optional.of(codes.get(Math.min(run, codes.size()) - 1));
  }

  /** Time passes. */
  void pass(Instant until) {
    now = until.isAfter(now) ? until : now;
  }

  /** Whether the agent itself has changed something since it was last asked. */
  boolean takeOwnChange() {
    boolean was = ownChange;
    ownChange = false;
    return was;
  }

  // ---- what is

  Instant now() {
    return now;
  }

  /** A number that rises with each question. */
  long tick() {
    return ++ticks;
  }

  Rules rules() {
    return rules;
  }

  Optional<Life> life() {
    return life;
  }

  Life alive() {
    return life.orElseThrow();
  }

  Disk disk() {
    return disk;
  }

  void store(Disk written) {
    disk = written;
  }

  boolean isDrained() {
    return drained;
  }

  Collection<ModelEngine> engines() {
    return engines.values();
  }

  ModelEngine engine(String name) {
    return Optional.ofNullable(engines.get(name)).orElseThrow();
  }

  Stream<ModelContainer> containers() {
    return engines.values().stream().flatMap(engine -> engine.all().stream());
  }

  Optional<Workload> wanted(String uid) {
    return Optional.ofNullable(wanted.get(uid));
  }

  Collection<Workload> allWanted() {
    return wanted.values();
  }

  Mode modeOf(String uid) {
    return Optional.ofNullable(modes.get(uid)).orElseThrow();
  }

  int wantsSoFar() {
    return wants;
  }

  Map<String, Integer> runs() {
    return runs;
  }

  Scenario scenario() {
    return scenario;
  }

  Optional<LateRequest> late() {
    return late;
  }
}
