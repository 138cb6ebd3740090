package dev.tallyman.bench.scenario;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.bench.engine.Wire;
import dev.tallyman.bench.engine.Wire.Piece;
import dev.tallyman.bench.engine.Wire.Request;
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
import java.util.Optional;

/**
 * A container's process is killed: from the engine's event at the agent's socket to the agent's
 * request to start it again, and from the end of the process to running again. Beside the engine's
 * own restart policy.
 */
public final class React implements Scenario {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration CALM = Duration.ofMillis(300);
  private static final Goal MEDIAN = new Goal(Goal.Statistic.MEDIAN, 2);
  private static final Goal P99 = new Goal(Goal.Statistic.P99, 20);

  /** What became of one kill, in milliseconds. */
  private record Reaction(double agent, double engine, double exitToRunning) {}

  @Override
  public String name() {
    return "react";
  }

  @Override
  public String summary() {
    return "a process is killed: event to restart call, and exit to running again";
  }

  @Override
  public Needs needs() {
    return Needs.ENGINES;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    for (BenchEngine engine : bench.engines()) {
      int kills = bench.scale().of(10, 40, 200);
      List<Workload> workloads = Loads.sleepers(kills, engine.image(), Net.HOST);
      Path folder = bench.newFolder("react");
      try (Wire wire = new Wire(folder.resolve("wire"), engine.socket());
          BenchNode node = BenchNode.start(bench.project(), folder, wire.address(), "")) {
        double _ = node.run(workloads);
        List<String> ours = engine.ids();
        List<String> theirs = engine.launchRestarting(kills, Net.HOST);
        List<Reaction> reactions = new ArrayList<>();
        List<Double> policy = new ArrayList<>();
        for (int kill = 0; kill < kills; kill++) {
          Thread.sleep(CALM);
          reactions.add(kill(engine, wire, ours.get(kill)));
          Thread.sleep(CALM);
          policy.add(killAndPoll(engine, theirs.get(kill)));
        }
        report(bench, engine, reactions, policy);
      } finally {
        engine.clear();
      }
    }
  }

  private void report(
      Bench bench, BenchEngine engine, List<Reaction> reactions, List<Double> policy) {
    bench
        .report()
        .add(
            Finding.beside(
                name(),
                engine.name(),
                series("event to restart call, our part", reactions.stream().map(Reaction::agent)),
                series("engine's answers in between", reactions.stream().map(Reaction::engine)),
                MEDIAN,
                P99));
    bench
        .report()
        .add(
            Finding.beside(
                name(),
                engine.name(),
                series("exit to running again", reactions.stream().map(Reaction::exitToRunning)),
                new Series("engine's restart policy", Unit.MILLISECONDS, policy)));
  }

  private static Series series(String name, java.util.stream.Stream<Double> samples) {
    return new Series(name, Unit.MILLISECONDS, samples.toList());
  }

  private static Reaction kill(BenchEngine engine, Wire wire, String id)
      throws IOException, InterruptedException {
    long pid = engine.pidOf(id);
    wire.forget();
    long killed = System.nanoTime();
    end(pid);
    Piece started = await(wire, id, killed);
    Request start = started.request();
    Piece died =
        wire.events().stream()
            .filter(piece -> piece.text().contains(id) && piece.text().contains("\"die"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("started again without an event"));
    double engineTime =
        wire.answers().stream()
            .filter(answer -> answer.request().began() >= died.at() && answer.at() <= start.began())
            .mapToDouble(answer -> millis(answer.request().began(), answer.at()))
            .sum();
    double all = millis(died.at(), start.began());
    return new Reaction(all - engineTime, engineTime, millis(killed, started.at()));
  }

  /** The answer to the request that starts the container again. */
  private static Piece await(Wire wire, String id, long since) throws InterruptedException {
    String path = "/containers/" + id + "/start";
    while (true) {
      Optional<Piece> answer =
          wire.answers().stream().filter(a -> a.request().path().endsWith(path)).findFirst();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new IllegalStateException("container " + id + " is not started again");
      }
      Thread.sleep(1);
    }
  }

  private static double killAndPoll(BenchEngine engine, String id)
      throws IOException, InterruptedException {
    long pid = engine.pidOf(id);
    long killed = System.nanoTime();
    end(pid);
    while (true) {
      long now = engine.pidOf(id);
      if (now != 0 && now != pid) {
        return millis(killed, System.nanoTime());
      }
      if (System.nanoTime() - killed > PATIENCE.toNanos()) {
        throw new IllegalStateException("the engine does not start container " + id + " again");
      }
      Thread.sleep(2);
    }
  }

  /** Ends the process of one of our containers. */
  private static void end(long pid) {
    boolean asked =
        pid > 1 && ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
    if (!asked) {
      throw new IllegalStateException("process " + pid + " of a container cannot be ended");
    }
  }

  private static double millis(long from, long to) {
    return (to - from) / NANOS_PER_MILLI;
  }
}
