package dev.tallyman.bench.scenario;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.bench.machine.ProcessCost;
import dev.tallyman.bench.node.BenchNode;
import dev.tallyman.bench.node.Loads;
import dev.tallyman.bench.report.Finding;
import dev.tallyman.bench.report.Goal;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import dev.tallyman.proto.v1.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the agent costs while nothing happens: its own processor time, memory and allocation, and
 * the engine's processor time with the agent and without it, in turns over the same containers.
 */
public final class Idle implements Scenario {

  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double PERCENT = 100;
  private static final int GOAL_COUNT = 200;
  private static final Goal CPU = new Goal(Goal.Statistic.MEDIAN, 0.5);
  private static final Goal MEMORY = new Goal(Goal.Statistic.MAX, 100);

  /** What was seen in one round. */
  private record Round(
      double agent, double resident, double allocated, double engineWith, double engineWithout) {}

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String summary() {
    return "processor time, memory and allocation while everything runs and nothing happens";
  }

  @Override
  public Needs needs() {
    return Needs.ENGINES;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    List<Integer> counts =
        switch (bench.scale()) {
          case QUICK -> List.of(30);
          case NORMAL -> List.of(GOAL_COUNT);
          case LONG -> List.of(GOAL_COUNT, 500);
        };
    for (BenchEngine engine : bench.engines()) {
      for (int count : counts) {
        try {
          measure(bench, engine, count);
        } finally {
          engine.clear();
        }
      }
    }
  }

  private void measure(Bench bench, BenchEngine engine, int count)
      throws IOException, InterruptedException {
    List<Workload> workloads = Loads.sleepers(count, engine.image(), Net.HOST);
    List<Round> rounds = new ArrayList<>();
    Path folder = bench.newFolder("idle");
    for (int round = 0; round < bench.scale().of(1, 2, 5); round++) {
      double agent;
      double resident;
      double allocated;
      double with;
      // The second time the same state directory: it finds what runs.
      try (BenchNode node = BenchNode.start(bench.project(), folder, engine.socket(), "")) {
        double _ = node.run(workloads);
        Thread.sleep(SETTLE);
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        double before = ProcessCost.allocatedMebibytes(jcmd, node.agentPid(), folder);
        Thread.sleep(Duration.ofSeconds(1));
        Window window = window(bench, engine, node.agentPid());
        agent = window.agent();
        with = window.engine();
        resident = ProcessCost.residentMebibytes(node.agentPid());
        allocated =
            (ProcessCost.allocatedMebibytes(jcmd, node.agentPid(), folder) - before)
                / window.seconds();
      }
      double without = window(bench, engine, 0).engine();
      rounds.add(new Round(agent, resident, allocated, with, without));
      bench.say("idle: " + engine.name() + " " + count + ": " + rounds.getLast());
    }
    report(bench, engine.name() + " " + count, count, rounds);
  }

  private void report(Bench bench, String setting, int count, List<Round> rounds) {
    boolean judged = count >= GOAL_COUNT;
    bench
        .report()
        .add(
            new Finding(
                name(),
                setting,
                new Series(
                    "agent", Unit.PERCENT_OF_A_CORE, rounds.stream().map(Round::agent).toList()),
                java.util.Optional.empty(),
                judged ? List.of(CPU) : List.of()));
    bench
        .report()
        .add(
            Finding.beside(
                name(),
                setting,
                new Series(
                    "engine with the agent",
                    Unit.PERCENT_OF_A_CORE,
                    rounds.stream().map(Round::engineWith).toList()),
                new Series(
                    "without",
                    Unit.PERCENT_OF_A_CORE,
                    rounds.stream().map(Round::engineWithout).toList())));
    bench
        .report()
        .add(
            Finding.alone(
                name(),
                setting,
                new Series(
                    "agent's RSS", Unit.MEBIBYTES, rounds.stream().map(Round::resident).toList()),
                MEMORY));
    bench
        .report()
        .add(
            Finding.alone(
                name(),
                setting,
                new Series(
                    "agent allocates",
                    Unit.MEBIBYTES_PER_SECOND,
                    rounds.stream().map(Round::allocated).toList())));
  }

  private record Window(double agent, double engine, double seconds) {}

  /** Shares of a core over a while; of no agent when the pid is 0. */
  private static Window window(Bench bench, BenchEngine engine, long agent)
      throws InterruptedException {
    long began = System.nanoTime();
    double agentBefore = agent == 0 ? 0 : ProcessCost.cpuSeconds(agent);
    double engineBefore = ProcessCost.treeCpuSeconds(engine.pid());
    Thread.sleep(Duration.ofSeconds(bench.scale().of(12, 60, 60)));
    double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
    double agentUsed = (agent == 0 ? 0 : ProcessCost.cpuSeconds(agent)) - agentBefore;
    double engineUsed = ProcessCost.treeCpuSeconds(engine.pid()) - engineBefore;
    return new Window(PERCENT * agentUsed / seconds, PERCENT * engineUsed / seconds, seconds);
  }
}
