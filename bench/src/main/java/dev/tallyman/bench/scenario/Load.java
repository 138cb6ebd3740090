package dev.tallyman.bench.scenario;

import dev.tallyman.agent.actuate.Lanes;
import dev.tallyman.agent.feed.ControlPlaneFeed;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.loop.Persistence;
import dev.tallyman.agent.observe.RuntimeWatch;
import dev.tallyman.agent.report.Reporter;
import dev.tallyman.agent.state.DesiredChange;
import dev.tallyman.agent.state.HistoryChange;
import dev.tallyman.agent.state.StateDirectory;
import dev.tallyman.agent.state.StateException;
import dev.tallyman.agent.state.StateWriter;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.bench.inprocess.FeedServer;
import dev.tallyman.bench.inprocess.Ledger;
import dev.tallyman.bench.inprocess.Loop;
import dev.tallyman.bench.node.Loads;
import dev.tallyman.bench.report.Finding;
import dev.tallyman.bench.report.Goal;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.testkit.EngineTime;
import dev.tallyman.runtime.testkit.InMemoryEngine;
import dev.tallyman.runtime.testkit.InMemoryRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * 5 000 workloads of which 200 change every second, on the in-memory engine, with the real feed,
 * loop, lanes, files and reports. Whether memory, latencies and queues stay flat is told by the
 * second half of the time over the first.
 */
public final class Load implements Scenario {

  private static final int WORKLOADS = 5_000;
  private static final int CHANGES_AT_ONCE = 10;
  private static final Duration BEAT = Duration.ofMillis(50);
  private static final int WINDOWS = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SAVE_RETRY = Duration.ofSeconds(5);
  private static final int LAUNCHES_AT_ONCE = 4;
  private static final long SEED = 20261122;
  private static final String IMAGE = "app:1";
  private static final String RUNTIME = "memory";
  private static final double BYTES_PER_MIB = 1 << 20;
  private static final Goal FLAT = new Goal(Goal.Statistic.RATIO, 1.1);
  private static final Goal STEADY = new Goal(Goal.Statistic.RATIO, 1.5);

  /** What was seen in a part of the time. */
  private record Window(double heap, double median, double p99, double inbox, double waiting) {}

  @Override
  public String name() {
    return "load";
  }

  @Override
  public String summary() {
    return WORKLOADS + " workloads in memory, 200 changes a second: does anything grow";
  }

  @Override
  public Needs needs() {
    return Needs.NOTHING;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    Path folder = bench.newFolder("load");
    Ledger ledger = new Ledger();
    InMemoryEngine engine = new InMemoryEngine(EngineTime.real());
    engine.addImage(IMAGE);
    InMemoryRuntime runtime = new InMemoryRuntime(RUNTIME, "bench", engine, Deadlines.DEFAULT);
    Inbox inbox = new Inbox();
    try (FeedServer server = new FeedServer(folder.resolve("f/s"), ledger::reported);
        Loop loop = start(folder, inbox, runtime)) {
      ControlPlaneFeed feed = loop.connect(server.channel());
      var _ =
          loop.with(
              Reporter.start(loop.board(), loop.node(), feed, Telemetry.NONE, System::nanoTime));
      FeedServer.Link link = server.awaitNode();
      List<Workload> workloads = workloads();
      workloads.forEach(w -> ledger.sent(w.getUid(), w.getGeneration()));
      link.snapshot(workloads);
      awaitAll(ledger, "the first " + WORKLOADS);
      bench.say("load: all " + WORKLOADS + " run");
      // Their launches are no part of the load.
      var _ = ledger.takeLatencies();
      Duration time = Duration.ofSeconds(bench.scale().of(16, 64, 600));
      List<Window> windows = new ArrayList<>();
      Random random = new Random(SEED);
      long[] sent = new long[1];
      for (int window = 0; window < WINDOWS; window++) {
        windows.add(change(time.dividedBy(WINDOWS), link, ledger, inbox, workloads, random, sent));
        engine.audit().forgetJournal();
        bench.say("load: window %d/%d: %s".formatted(window + 1, WINDOWS, windows.getLast()));
      }
      awaitAll(ledger, "the last changes");
      engine.audit().verify();
      if (engine.running().size() != WORKLOADS) {
        throw new IllegalStateException(
            engine.running().size() + " run (expected: " + WORKLOADS + ")");
      }
      report(bench, windows, sent[0], ledger);
    } catch (StateException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Loop start(Path folder, Inbox inbox, InMemoryRuntime runtime)
      throws StateException {
    Ticks ticks = new Ticks();
    StateDirectory state =
        StateDirectory.open(folder.resolve("state"), Clock.systemUTC(), new Random(SEED));
    StateWriter writer = StateWriter.start(state, inbox, SAVE_RETRY);
    Lanes lanes =
        new Lanes(_ -> Optional.of(runtime), inbox, ticks, Telemetry.NONE, LAUNCHES_AT_ONCE);
    RuntimeWatch watch = RuntimeWatch.start(runtime, inbox, ticks, Telemetry.NONE);
    Loop loop =
        new Loop(inbox, lanes, (_, uid) -> watch.look(uid), new Writing(writer), Telemetry.NONE);
    // Closed in the opposite order: what works first, what it writes with last.
    var _ = loop.with(state);
    var _ = loop.with(writer);
    var _ = loop.with(watch);
    var _ = loop.with(lanes);
    return loop;
  }

  private static List<Workload> workloads() {
    List<Workload> workloads = new ArrayList<>();
    for (Workload sleeper : Loads.sleepers(WORKLOADS, IMAGE, Net.NONE)) {
      workloads.add(sleeper.toBuilder().setUid("uid-" + workloads.size()).setGeneration(1).build());
    }
    return workloads;
  }

  private static Window change(
      Duration time,
      FeedServer.Link link,
      Ledger ledger,
      Inbox inbox,
      List<Workload> workloads,
      Random random,
      long[] sent)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    long beat = System.nanoTime();
    int mostInbox = 0;
    int mostWaiting = 0;
    while (System.nanoTime() < end) {
      List<Workload> changed = new ArrayList<>();
      for (int i = 0; i < CHANGES_AT_ONCE; i++) {
        int which = random.nextInt(workloads.size());
        Workload next = changed(workloads.get(which));
        workloads.set(which, next);
        ledger.sent(next.getUid(), next.getGeneration());
        changed.removeIf(other -> other.getUid().equals(next.getUid()));
        changed.add(next);
      }
      link.delta(changed);
      sent[0] += CHANGES_AT_ONCE;
      mostInbox = Math.max(mostInbox, inbox.size());
      mostWaiting = Math.max(mostWaiting, ledger.waiting());
      beat += BEAT.toNanos();
      Thread.sleep(Duration.ofNanos(Math.max(0, beat - System.nanoTime())));
    }
    List<Double> taken = ledger.takeLatencies();
    if (taken.isEmpty()) {
      throw new IllegalStateException("no change was reported as running within " + time);
    }
    Series latencies = new Series("change", Unit.MILLISECONDS, taken);
    return new Window(
        liveHeap(), latencies.median(), latencies.percentile(99), mostInbox, mostWaiting);
  }

  private static Workload changed(Workload workload) {
    long generation = workload.getGeneration() + 1;
    Workload.Builder next = workload.toBuilder().setGeneration(generation);
    next.getSpecBuilder()
        .clearEnv()
        .addEnv(EnvVar.newBuilder().setName("VERSION").setValue(Long.toString(generation)));
    return next.build();
  }

  private static double liveHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / BYTES_PER_MIB;
  }

  private static void awaitAll(Ledger ledger, String what) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ledger.waiting() > 0) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            what + ": " + ledger.waiting() + " do not run within " + PATIENCE.toSeconds() + " s");
      }
      Thread.sleep(10);
    }
  }

  private void report(Bench bench, List<Window> windows, long sent, Ledger ledger) {
    List<Window> first = windows.subList(0, WINDOWS / 2);
    List<Window> second = windows.subList(WINDOWS / 2, WINDOWS);
    halves(bench, "live heap", Unit.MEBIBYTES, first, second, Window::heap, FLAT);
    halves(
        bench, "change to report, p50", Unit.MILLISECONDS, first, second, Window::median, STEADY);
    halves(bench, "change to report, p99", Unit.MILLISECONDS, first, second, Window::p99, STEADY);
    halves(bench, "changes under way, most", Unit.COUNT, first, second, Window::waiting, STEADY);
    bench
        .report()
        .add(
            Finding.alone(
                name(),
                WORKLOADS + " workloads",
                new Series(
                    "inbox, most", Unit.COUNT, windows.stream().map(Window::inbox).toList())));
    bench
        .report()
        .note(
            "load: %d changes sent, of which %d were overtaken by the next one of their workload before they ran; %d statuses came; nothing was left waiting"
                .formatted(sent, ledger.overtaken(), ledger.statuses()));
  }

  /** One number of a window. */
  private interface Part {
    double of(Window window);
  }

  private void halves(
      Bench bench,
      String what,
      Unit unit,
      List<Window> first,
      List<Window> second,
      Part part,
      Goal goal) {
    bench
        .report()
        .add(
            Finding.beside(
                name(),
                WORKLOADS + " workloads",
                new Series(what + ", second half", unit, second.stream().map(part::of).toList()),
                new Series("first half", unit, first.stream().map(part::of).toList()),
                goal));
  }

  /** Writes everything to disk. */
  private record Writing(StateWriter writer) implements Persistence {
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
