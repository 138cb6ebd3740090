package dev.tallyman.bench.plan;

import dev.tallyman.runtime.Instance;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a turn of the loop costs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LoopBenchmark {

  /** Instances by uid, for the bare comparison. */
  @State(Scope.Thread)
  public static class Index {
    private Map<String, Instance> byUid = Map.of();

    /** Builds it. */
    @Setup
    public void build(LoopState loop) {
      byUid = loop.byUid();
    }
  }

  /** Every uid is planned. */
  @Benchmark
  public Optional<Instant> everything(LoopState loop) {
    return loop.planEverything();
  }

  /** A full list brings nothing new. */
  @Benchmark
  public Optional<Instant> list(LoopState loop) {
    return loop.listAgain();
  }

  /** A full snapshot brings nothing new. */
  @Benchmark
  public Optional<Instant> snapshot(LoopState loop) {
    return loop.snapshotAgain();
  }

  /** One of many changes: a turn to the action and one after its end, which count as two. */
  @Benchmark
  @OperationsPerInvocation(2)
  public Optional<Instant> oneChange(LoopState loop) {
    return loop.changeOne();
  }

  /** The least that has to be done for each uid. */
  @Benchmark
  public int compare(LoopState loop, Index index) {
    return loop.compareAll(index.byUid);
  }
}
