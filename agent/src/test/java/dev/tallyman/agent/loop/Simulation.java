package dev.tallyman.agent.loop;

import dev.tallyman.agent.actuate.Actuator;
import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.actuate.Performer;
import dev.tallyman.agent.feed.GuardedFeed;
import dev.tallyman.agent.feed.StacksFeed;
import dev.tallyman.agent.health.Prober;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Message.StackAnswer;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.Placer;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import dev.tallyman.agent.state.Images;
import dev.tallyman.agent.state.Remembered;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import dev.tallyman.runtime.testkit.EngineTime;
import dev.tallyman.runtime.testkit.InMemoryEngine;
import dev.tallyman.runtime.testkit.InMemoryRuntime;
import dev.tallyman.runtime.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * An agent's core in virtual time against in-memory engines: the real Reconciler and the real
 * lanes' work, with simulated threads, lists every ten seconds, engine events, and a disk that
 * outlives {@link #crash()}.
 */
final class Simulation {

  static final String FEED = "control-plane";
  static final String NODE = "node-a";
  static final long CPU_MILLIS = 4000;
  static final long MEMORY_BYTES = 1L << 30;

  private static final Duration LIST_GAP = Duration.ofSeconds(10);
  private static final Duration WRITE = Duration.ofMillis(2);
  private static final Duration WRITE_AGAIN = Duration.ofSeconds(5);
  private static final Remembered NOTHING =
      new Remembered(Map.of(), Optional.empty(), Placer.Memory.NONE);

  final VirtualTime time = new VirtualTime();
  private final Map<String, InMemoryEngine> engines = new LinkedHashMap<>();
  private final Map<String, Workload> wanted = new LinkedHashMap<>();
  private String storeId = "store-1";
  private long revision;

  // What outlives the agent.
  private Remembered saved = NOTHING;
  private final Map<String, FeedState> savedDesired = new HashMap<>();
  private final Map<String, Health.State> healths = new HashMap<>();
  private Set<String> feeds = Set.of(FEED);
  private boolean diskWorks = true;

  private Optional<Life> life = Optional.empty();

  Simulation(String... runtimes) {
    for (String name : runtimes) {
      InMemoryEngine engine = new InMemoryEngine(time);
      engine.addImage("app:1");
      engine.addImage("app:2");
      engines.put(name, engine);
    }
  }

  InMemoryEngine engine() {
    return engines.values().iterator().next();
  }

  InMemoryEngine engine(String name) {
    return Optional.ofNullable(engines.get(name)).orElseThrow();
  }

  // ---- the agent

  /** Starts the agent with what is on the disk. */
  void start() {
    life = Optional.of(new Life());
    life.get().begin();
    advance(Duration.ofMillis(1));
  }

  /** Kills the agent between two instructions. Engines finish what they were asked for. */
  void crash() {
    life.ifPresent(Life::end);
    life = Optional.empty();
  }

  /** The state directory is deleted. */
  void loseDisk() {
    saved = NOTHING;
    savedDesired.clear();
  }

  /** The file of the history was damaged, and is set aside at the next start. */
  void loseHistory() {
    saved = NOTHING;
  }

  /** The file of a feed was damaged, and is set aside at the next start. */
  void loseDesired(String feed) {
    savedDesired.remove(feed);
  }

  void diskFails() {
    diskWorks = false;
  }

  /** There is room again. */
  void diskWorks() {
    diskWorks = true;
  }

  void post(Message message) {
    life.orElseThrow().inbox.post(message);
    life.orElseThrow().poke();
    settle();
  }

  // ---- stacks and probes

  /** From the next start on the agent takes over stacks on its socket too. */
  void withStacks() {
    feeds = Set.of(FEED, FeedNames.STACKS);
  }

  /** Hands a stack over, as the agent's API does. */
  CompletableFuture<StackAnswer> applyStack(String stack, Workload... workloads) {
    CompletableFuture<StackAnswer> reply = new CompletableFuture<>();
    post(
        new Message.StackApplied(
            stack, List.of(workloads).stream().<Desired>map(Desired.Wanted::new).toList(), reply));
    return reply;
  }

  /** What probes say of a uid, now and of its later runs. */
  void health(String uid, Health.State state) {
    healths.put(uid, state);
    life.ifPresent(l -> Optional.ofNullable(l.probed.get(uid)).ifPresent(l::answer));
    settle();
  }

  // ---- the feed

  void apply(Workload... workloads) {
    revision++;
    for (Workload workload : workloads) {
      wanted.put(workload.uid(), workload);
    }
    offer(List.of(workloads).stream().<Desired>map(Desired.Wanted::new).toList(), Set.of());
  }

  void delete(String... uids) {
    revision++;
    Set.of(uids).forEach(wanted::remove);
    offer(List.of(), Set.of(uids));
  }

  private void offer(List<Desired> upserts, Set<String> removed) {
    boolean fits = life.orElseThrow().feed.offer(storeId, revision - 1, revision, upserts, removed);
    if (!fits) {
      life.orElseThrow().feed.offer(everything());
    }
    life.orElseThrow().poke();
    settle();
  }

  /** The control plane has lost its data: it offers nothing, from another store. */
  void offerEmptyStore() {
    offer(new FeedState(FEED, "store-2", 1, List.of()));
  }

  /** The control plane was put back to an older state: it offers nothing, at a former revision. */
  void offerFormerRevision() {
    offer(new FeedState(FEED, storeId, Math.max(0, revision - 1), List.of()));
  }

  /** Whether an agent that begins now would know what this feed wanted. */
  boolean remembersFeed() {
    return Optional.ofNullable(savedDesired.get(FEED))
        .filter(state -> state.revision() == revision)
        .isPresent();
  }

  private void offer(FeedState state) {
    life.orElseThrow().feed.offer(state);
    life.orElseThrow().poke();
    settle();
  }

  private FeedState everything() {
    return new FeedState(
        FEED,
        storeId,
        revision,
        wanted.values().stream().<Desired>map(Desired.Wanted::new).toList());
  }

  /** The feed wants this no more, and nobody hears of it yet. */
  void forget(String uid) {
    revision++;
    wanted.remove(uid);
  }

  /** The feed delivers everything that it wants. */
  void snapshot() {
    offer(everything());
  }

  // ---- what can be seen

  WorkloadStatus status(String uid) {
    return life.orElseThrow()
        .board
        .find(uid)
        .orElseThrow(() -> new AssertionError("no status of " + uid))
        .status();
  }

  boolean isKnown(String uid) {
    return life.orElseThrow().board.find(uid).isPresent();
  }

  NodeBoard.View node() {
    return life.orElseThrow().node.now();
  }

  List<String> events() {
    try {
      return life.orElseThrow().events.after(0, Duration.ZERO).stream()
          .map(EventLog.Event::reason)
          .toList();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void advance(Duration by) {
    time.advance(by);
  }

  /** Lets everything happen that needs no time. */
  void settle() {
    time.runDue();
  }

  void awaitPhase(String uid, Phase phase, Duration atMost) {
    time.runUntil(
        uid + " " + phase,
        () ->
            life.orElseThrow()
                .board
                .find(uid)
                .map(e -> e.status().phase() == phase)
                .orElse(phase == Phase.GONE),
        atMost);
  }

  /** One run of the agent. */
  private final class Life implements Actuator, Persistence {
    final Inbox inbox = new Inbox();
    final Ticks ticks = new Ticks();
    final StatusBoard board = new StatusBoard();
    final NodeBoard node = new NodeBoard();
    final EventLog events = new EventLog();
    final Reconciler reconciler;
    final GuardedFeed feed;

    /** What waits for the disk. */
    private final Images images = new Images();

    private final Set<String> unsavedDesired = new LinkedHashSet<>();
    private Optional<Runnable> unsavedHistory = Optional.empty();
    private boolean writing;
    private final Instant beganAt = time.instant();
    private final long beganNanos = time.nanoTime();
    private final Performer performer;
    private final Map<String, ContainerRuntime> runtimes = new LinkedHashMap<>();
    private final Map<String, Thread> lanes = new HashMap<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Map<String, Prober.Subject> probed = new HashMap<>();
    private boolean ended;
    private boolean poked;
    private Optional<EngineTime.Scheduled> alarm = Optional.empty();

    Life() {
      engines.forEach((name, engine) ->
          runtimes.put(name, new InMemoryRuntime(name, NODE, engine, Deadlines.DEFAULT)));
      feed = new GuardedFeed(FEED, inbox, Optional.ofNullable(savedDesired.get(FEED)));
      performer =
          new Performer(
              inbox,
              ticks,
              (runtime, image, progress) -> runtime.images().pull(image, progress),
              _ -> () -> {});
      reconciler =
          new Reconciler(
              new LoopConfig(
                  feeds,
                  CPU_MILLIS,
                  MEMORY_BYTES,
                  saved.history(),
                  saved.memory(),
                  saved.drainReason()),
              this,
              new VirtualProber(),
              Housekeeper.NONE,
              this::look,
              this,
              board,
              node,
              events,
              new Telemetry() {},
              this::steady,
              time,
              time::nanoTime);
    }

    /** Goes on evenly whatever is done to the host's clock, as {@link SteadyClock}. */
    private Instant steady() {
      return beganAt.plusNanos(time.nanoTime() - beganNanos);
    }

    void begin() {
      // As the real one does: what was remembered is there before any runtime was found.
      savedDesired.values().forEach(state -> inbox.post(new Message.FeedRemembered(state)));
      if (feeds.contains(FeedNames.STACKS)) {
        StacksFeed.open(
            inbox, Optional.ofNullable(savedDesired.get(FeedNames.STACKS)), Path.of("state"));
      }
      poke();
      time.schedule(Duration.ofMillis(1), this::find);
    }

    private void find() {
      runtimes.keySet().forEach(n -> tell(new Message.RuntimeDown(n, "not asked yet")));
      runtimes.values().forEach(this::connect);
    }

    void end() {
      ended = true;
      subscriptions.forEach(Subscription::close);
      alarm.ifPresent(EngineTime.Scheduled::cancel);
      lanes.values().forEach(Thread::interrupt);
    }

    /** A turn as soon as possible; as the loop's thread does it. */
    void poke() {
      if (!poked && !ended) {
        poked = true;
        time.schedule(Duration.ZERO, this::turn);
      }
    }

    private void turn() {
      poked = false;
      if (ended) {
        return;
      }
      alarm.ifPresent(EngineTime.Scheduled::cancel);
      try {
        Optional<Instant> wake = reconciler.turn(inbox.take(Duration.ZERO));
        alarm =
            wake.map(at -> {
              Duration wait = Duration.between(steady(), at);
              return time.schedule(wait.isNegative() ? Duration.ZERO : wait, this::poke);
            });
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (inbox.size() > 0) {
        poke();
      }
    }

    private void tell(Message message) {
      if (!ended) {
        inbox.post(message);
        poke();
      }
    }

    private void connect(ContainerRuntime runtime) {
      if (ended) {
        return;
      }
      time.spawn(
          "connect " + runtime.name(),
          () -> {
            try {
              tell(new Message.RuntimeUp(runtime.name(), runtime.info()));
              subscriptions.add(runtime.watch(new Hints(runtime)));
              list(runtime);
            } catch (RuntimeFailure failure) {
              tell(new Message.RuntimeDown(runtime.name(), String.valueOf(failure.getMessage())));
              time.schedule(Duration.ofSeconds(1), () -> connect(runtime));
            }
          });
    }

    private void list(ContainerRuntime runtime) {
      long asOf = ticks.next();
      tell(new Message.Listed(runtime.name(), runtime.list(), asOf));
      time.schedule(
          LIST_GAP,
          () ->
              time.spawn(
                  "list " + runtime.name(),
                  () -> {
                    if (ended) {
                      return;
                    }
                    try {
                      list(runtime);
                    } catch (RuntimeFailure failure) {
                      tell(
                          new Message.RuntimeDown(
                              runtime.name(), String.valueOf(failure.getMessage())));
                      time.schedule(Duration.ofSeconds(1), () -> connect(runtime));
                    }
                  }));
    }

    private void look(String name, String uid) {
      ContainerRuntime runtime = Optional.ofNullable(runtimes.get(name)).orElseThrow();
      time.spawn(
          "look " + uid,
          () -> {
            long asOf = ticks.next();
            try {
              tell(new Message.Seen(name, uid, runtime.find(uid), asOf));
            } catch (RuntimeFailure failure) {
              tell(new Message.RuntimeDown(name, String.valueOf(failure.getMessage())));
            }
          });
    }

    private final class Hints implements RuntimeListener {
      private final ContainerRuntime runtime;

      Hints(ContainerRuntime runtime) {
        this.runtime = runtime;
      }

      @Override
      public void onChange(String uid) {
        changed(uid, Message.Change.ANY);
      }

      @Override
      public void onStart(String uid) {
        changed(uid, Message.Change.STARTED);
      }

      private void changed(String uid, Message.Change change) {
        tell(new Message.Changed(runtime.name(), uid, change, time.nanoTime()));
      }

      @Override
      public void onLost(RuntimeFailure cause) {
        time.schedule(Duration.ofMillis(250), () -> connect(runtime));
      }
    }

    @Override
    public void begin(long actionId, Action action) {
      lanes.put(
          action.uid(),
          time.spawn(
              "lane " + action.uid(),
              () -> {
                if (!ended) {
                  performer.run(
                      actionId, action, Optional.ofNullable(runtimes.get(action.runtime())));
                  poke();
                }
              }));
    }

    @Override
    public void cancel(String uid, long actionId) {
      Optional.ofNullable(lanes.get(uid)).ifPresent(Thread::interrupt);
    }

    @Override
    public void history(long sequence, HistoryChange change) {
      images.add(change);
      unsavedHistory =
          Optional.of(() -> {
            saved = images.remembered();
            tell(new Message.HistorySaved(sequence));
          });
      write(WRITE);
    }

    @Override
    public void desired(DesiredChange change) {
      images.add(change);
      unsavedDesired.add(change.feed());
      write(WRITE);
    }

    private void write(Duration after) {
      if (!writing) {
        writing = true;
        time.schedule(after, this::written);
      }
    }

    /** As the real writer does: desired state first, and again after a while what failed. */
    private void written() {
      writing = false;
      if (ended) {
        return;
      }
      if (!diskWorks) {
        tell(
            new Message.SaveFailed(
                unsavedDesired.isEmpty() ? "history" : "desired state", "No space left on device"));
        write(WRITE_AGAIN);
        return;
      }
      unsavedDesired.forEach(name -> {
        FeedState image = images.desired(name);
        savedDesired.put(name, image);
        tell(new Message.DesiredSaved(name, image.revision()));
      });
      unsavedDesired.clear();
      unsavedHistory.ifPresent(Runnable::run);
      unsavedHistory = Optional.empty();
    }

    /** Says of each run what the test says of its uid. */
    private final class VirtualProber implements Prober {
      @Override
      public void begin(Subject subject) {
        probed.put(subject.uid(), subject);
        time.schedule(Duration.ofMillis(1), () -> answer(subject));
      }

      @Override
      public void end(String uid) {
        probed.remove(uid);
      }
    }

    void answer(Prober.Subject subject) {
      if (subject.equals(probed.get(subject.uid()))) {
        tell(
            new Message.HealthChanged(
                subject.uid(),
                new Health(
                    subject.instanceId(),
                    subject.startedAt(),
                    healths.getOrDefault(subject.uid(), Health.State.NOT_PROBED),
                    "The test says so.")));
      }
    }
  }
}
