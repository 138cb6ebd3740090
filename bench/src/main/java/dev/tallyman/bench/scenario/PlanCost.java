package dev.tallyman.bench.scenario;

import dev.tallyman.bench.plan.LoopBenchmark;
import dev.tallyman.bench.report.Finding;
import dev.tallyman.bench.report.Goal;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What the loop costs without anything around it. */
public final class PlanCost implements Scenario {

  private static final String PEER = "compare";
  private static final Goal FULL_PASS = new Goal(Goal.Statistic.MEDIAN, 10_000);
  private static final Goal ONE_CHANGE = new Goal(Goal.Statistic.MEDIAN, 10);
  private static final String GOAL_SIZE = "10000";
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final double BYTES_PER_MIB = 1 << 20;

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String summary() {
    return "a full pass of the loop and one change, beside a bare comparison by uid (JMH)";
  }

  @Override
  public Needs needs() {
    return Needs.NOTHING;
  }

  @Override
  public void run(Bench bench) throws IOException {
    int seconds = bench.scale().of(1, 2, 5);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + LoopBenchmark.class.getSimpleName() + "\\.")
            .forks(bench.scale().of(1, 1, 3))
            .warmupIterations(bench.scale().of(3, 5, 5))
            .warmupTime(TimeValue.seconds(seconds))
            .measurementIterations(bench.scale().of(3, 5, 10))
            .measurementTime(TimeValue.seconds(seconds))
            .addProfiler(GCProfiler.class)
            .jvmArgs(
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--sun-misc-unsafe-memory-access=allow")
            .jvmArgsAppend("-Dtallyman.log.level=OFF")
            .verbosity(VerboseMode.SILENT);
    String[] sizes =
        switch (bench.scale()) {
          case QUICK -> new String[] {"1000", GOAL_SIZE};
          case NORMAL, LONG -> new String[] {"100", "1000", GOAL_SIZE, "100000"};
        };
    options.param("workloads", sizes);
    try {
      report(bench, new Runner(options.build()).run());
    } catch (RunnerException e) {
      throw new IOException("JMH: " + e.getMessage(), e);
    }
  }

  private void report(Bench bench, Collection<RunResult> results) {
    Map<String, Series> peers =
        results.stream()
            .filter(result -> label(result).equals(PEER))
            .collect(Collectors.toMap(PlanCost::size, PlanCost::series));
    for (RunResult result : results) {
      String what = label(result);
      if (!what.equals(PEER)) {
        String size = size(result);
        bench.report().add(finding(size, result, Optional.ofNullable(peers.get(size))));
        allocated(result)
            .ifPresent(bytes ->
                bench
                    .report()
                    .add(
                        Finding.alone(
                            name(),
                            size,
                            Series.of(
                                what + " allocates", Unit.MEBIBYTES, bytes / BYTES_PER_MIB))));
      }
    }
  }

  private Finding finding(String size, RunResult result, Optional<Series> peer) {
    String what = label(result);
    boolean single = what.equals("oneChange");
    List<Goal> goals =
        !size.equals(GOAL_SIZE)
            ? List.of()
            : single
                ? List.of(ONE_CHANGE)
                : what.equals("everything") ? List.of(FULL_PASS) : List.of();
    return new Finding(name(), size, series(result), single ? Optional.empty() : peer, goals);
  }

  /** Bytes that an operation allocates, if that was seen. */
  private static Optional<Double> allocated(RunResult result) {
    return Optional.ofNullable(result.getSecondaryResults().get(ALLOCATED))
        .map(secondary -> secondary.getScore());
  }

  private static String label(RunResult result) {
    return result.getPrimaryResult().getLabel();
  }

  private static String size(RunResult result) {
    return result.getParams().getParam("workloads");
  }

  private static Series series(RunResult result) {
    List<Double> scores =
        result.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .map(iteration -> iteration.getPrimaryResult().getScore())
            .toList();
    return new Series(label(result), Unit.MICROSECONDS, scores);
  }
}
