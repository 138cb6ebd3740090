package dev.tallyman.bench.scenario;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.engine.Wire;
import dev.tallyman.bench.machine.Command;
import dev.tallyman.bench.machine.ProcessCost;
import dev.tallyman.bench.node.BenchNode;
import dev.tallyman.bench.node.Daemon;
import dev.tallyman.bench.report.Finding;
import dev.tallyman.bench.report.Goal;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From the start of the agent's process to the engine's answer to its first complete list, with and
 * without an AOT cache; beside a Java that does nothing.
 */
public final class Start implements Scenario {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final String LIST = "GET /containers/json";
  private static final String NO_CACHE = "-XX:AOTMode=off";
  private static final Goal GOAL = new Goal(Goal.Statistic.MEDIAN, 400);

  /** What a start has cost when the list was there: MiB, and milliseconds of processor time. */
  private record Cost(List<Double> memory, List<Double> work) {
    Cost() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String summary() {
    return "process start to the first complete list, with and without an AOT cache";
  }

  @Override
  public Needs needs() {
    return Needs.ENGINES;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    BenchEngine engine = bench.engines().getFirst();
    Path folder = bench.newFolder("start");
    try (Wire wire = new Wire(folder.resolve("wire"), engine.socket())) {
      Cost with = new Cost();
      Cost without = new Cost();
      List<Series> series =
          bench.alternate(
              bench.scale().of(3, 10, 30),
              Unit.MILLISECONDS,
              List.of(
                  Bench.contender("as installed", () -> once(bench, wire, folder, "", with)),
                  Bench.contender(
                      "without AOT cache", () -> once(bench, wire, folder, NO_CACHE, without)),
                  Bench.contender("java -version", () -> nothing(bench.folder()))));
      Series peer = series.getLast();
      bench.report().add(Finding.beside(name(), "agent", series.get(0), peer, GOAL));
      bench.report().add(Finding.beside(name(), "agent", series.get(1), peer));
      bench
          .report()
          .add(
              Finding.beside(
                  name(),
                  "agent",
                  new Series("processor time as installed", Unit.MILLISECONDS, with.work()),
                  new Series("without AOT cache", Unit.MILLISECONDS, without.work())));
      bench
          .report()
          .add(
              Finding.beside(
                  name(),
                  "agent",
                  new Series("RSS as installed", Unit.MEBIBYTES, with.memory()),
                  new Series("without AOT cache", Unit.MEBIBYTES, without.memory())));
    }
  }

  private static double once(Bench bench, Wire wire, Path folder, String javaOptions, Cost cost)
      throws IOException, InterruptedException {
    Path state = folder.resolve("state");
    Bench.delete(state);
    wire.forget();
    long began = System.nanoTime();
    Daemon agent =
        Daemon.start(
            bench.project(),
            folder.resolve("agent.log"),
            javaOptions,
            List.of(
                "agent",
                "--node-name",
                BenchNode.NAME,
                "--state-dir",
                state.toString(),
                "--control-plane",
                "none",
                "--node-socket",
                folder.resolve("n/s").toString(),
                "--metrics-listen",
                "off",
                "--runtimes",
                "engine=unix://" + wire.address()));
    try {
      long listed = awaitList(wire, agent, began);
      cost.memory().add(ProcessCost.residentMebibytes(agent.pid()));
      cost.work().add(ProcessCost.cpuSeconds(agent.pid()) * MILLIS_PER_SECOND);
      return (listed - began) / NANOS_PER_MILLI;
    } finally {
      agent.stop(GRACE);
    }
  }

  private static long awaitList(Wire wire, Daemon agent, long began) throws InterruptedException {
    while (true) {
      var answer = wire.answers().stream().filter(a -> a.request().kind().equals(LIST)).findFirst();
      if (answer.isPresent()) {
        return answer.get().at();
      }
      if (!agent.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
        throw new IllegalStateException("the agent does not list: " + agent.lastWords());
      }
      Thread.sleep(1);
    }
  }

  private static double nothing(Path folder) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Command.run(
            List.of(java, "-Xshare:auto", "-XX:+UseSerialGC", "-version"), Map.of(), folder)
        .orThrow("java")
        .millis();
  }
}
