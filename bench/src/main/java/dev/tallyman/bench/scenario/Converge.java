package dev.tallyman.bench.scenario;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.bench.engine.Wire;
import dev.tallyman.bench.machine.Command;
import dev.tallyman.bench.node.BenchNode;
import dev.tallyman.bench.node.Loads;
import dev.tallyman.bench.report.Finding;
import dev.tallyman.bench.report.Goal;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import dev.tallyman.bench.scenario.Bench.Contender;
import dev.tallyman.proto.v1.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From 40 wanted workloads to 40 that run and are reported, beside a bare loop over the engine's
 * API at its best concurrency and beside what users have today.
 */
public final class Converge implements Scenario {

  private static final int WORKLOADS = 40;
  private static final List<Integer> CONCURRENCIES = List.of(2, 4, 8, 16);
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Goal RATIO = new Goal(Goal.Statistic.RATIO, 1.05);
  private static final Goal NOTHING_TO_DO = new Goal(Goal.Statistic.MEDIAN, 100);

  @Override
  public String name() {
    return "converge";
  }

  @Override
  public String summary() {
    return WORKLOADS + " workloads desired to all running, beside a bare loop and Compose";
  }

  @Override
  public Needs needs() {
    return Needs.ENGINES;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    for (BenchEngine engine : bench.engines()) {
      for (Net net : List.of(Net.NONE, Net.BRIDGE)) {
        compare(bench, engine, net);
      }
      count(bench, engine);
      again(bench, engine);
    }
  }

  private void compare(Bench bench, BenchEngine engine, Net net)
      throws IOException, InterruptedException {
    String setting = engine.name() + " " + net.word();
    bench.say(name() + ": " + setting);
    int best = bestConcurrency(bench, engine, net);
    Path folder = bench.newFolder("converge");
    List<Workload> workloads = Loads.sleepers(WORKLOADS, engine.image(), net);
    try (BenchNode node = BenchNode.start(bench.project(), folder, engine.socket(), "")) {
      // A daemon's first launches load its classes.
      double _ = node.run(workloads);
      node.remove(workloads);
      List<Contender> contenders = new ArrayList<>();
      contenders.add(
          Bench.contender(
              "tallyman",
              () -> {
                double millis = node.run(workloads);
                node.remove(workloads);
                return millis;
              }));
      contenders.add(
          Bench.contender("bare loop, " + best + " at once", () -> bare(engine, net, best)));
      for (Contender other : others(bench, engine, net)) {
        if (works(bench, engine, other)) {
          contenders.add(other);
        }
      }
      List<Series> series =
          bench.alternate(bench.scale().of(2, 5, 15), Unit.MILLISECONDS, contenders);
      Series ours = series.getFirst();
      bench.report().add(Finding.beside(name(), setting, ours, series.get(1), RATIO));
      for (Series other : series.subList(2, series.size())) {
        bench.report().add(Finding.beside(name(), setting, other, series.get(1)));
      }
    } finally {
      engine.clear();
    }
  }

  /** A peer that does not work here is left out, and the report says why. */
  private static boolean works(Bench bench, BenchEngine engine, Contender peer)
      throws InterruptedException, IOException {
    try {
      double _ = peer.measure();
      return true;
    } catch (IOException | IllegalStateException e) {
      bench.report().note(peer.name() + " does not work here: " + e.getMessage());
      engine.clear();
      return false;
    }
  }

  private static double bare(BenchEngine engine, Net net, int atOnce)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    engine.launch(WORKLOADS, net, atOnce);
    double millis = (System.nanoTime() - began) / NANOS_PER_MILLI;
    engine.clear();
    return millis;
  }

  private int bestConcurrency(Bench bench, BenchEngine engine, Net net)
      throws IOException, InterruptedException {
    Map<Integer, Double> fastest = new HashMap<>();
    for (int round = 0; round < bench.scale().of(1, 2, 4); round++) {
      for (int atOnce : CONCURRENCIES) {
        fastest.merge(atOnce, bare(engine, net, atOnce), Math::min);
      }
    }
    bench.say("bare loop, fastest ms by concurrency: " + fastest);
    return fastest.entrySet().stream()
        .min(Comparator.comparingDouble(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  private static List<Contender> others(Bench bench, BenchEngine engine, Net net)
      throws IOException {
    return switch (engine.name()) {
      case "docker" -> {
        Path files = bench.newFolder("compose");
        Path file = files.resolve("compose.yaml");
        Files.writeString(file, Loads.compose(WORKLOADS, engine.image(), net));
        yield List.of(
            Bench.contender(
                "docker-compose up -d",
                () -> timed(engine, composeUp(file), files, "docker-compose")));
      }
      case "podman" -> {
        Path files = bench.newFolder("pods");
        Path file = files.resolve("pods.yaml");
        Files.writeString(file, Loads.pods(WORKLOADS, engine.image(), net));
        List<String> play = new ArrayList<>(List.of("podman", "--remote", "--url"));
        play.add("unix://" + engine.socket());
        play.addAll(List.of("kube", "play", file.toString()));
        if (net == Net.NONE) {
          play.addAll(List.of("--network", "none"));
        }
        yield List.of(
            Bench.contender("podman kube play", () -> timed(engine, play, files, "podman")));
      }
      default -> List.of();
    };
  }

  private static List<String> composeUp(Path file) {
    return List.of("docker-compose", "--project-name", "bench", "-f", file.toString(), "up", "-d");
  }

  private static double timed(BenchEngine engine, List<String> line, Path folder, String what)
      throws IOException, InterruptedException {
    double millis = Command.run(line, engine.environment(), folder).orThrow(what).millis();
    engine.clear();
    return millis;
  }

  /** Requests to the engine for each launch, seen on its socket. */
  private void count(Bench bench, BenchEngine engine) throws IOException, InterruptedException {
    Path folder = bench.newFolder("count");
    List<Workload> workloads = Loads.sleepers(WORKLOADS, engine.image(), Net.NONE);
    try (Wire wire = new Wire(folder.resolve("wire"), engine.socket());
        BenchNode node = BenchNode.start(bench.project(), folder, wire.address(), "")) {
      wire.forget();
      double _ = node.run(workloads);
      Map<String, Integer> counts = wire.counts();
      bench.say("requests to " + engine.name() + " for " + WORKLOADS + " launches: " + counts);
      double all = counts.values().stream().mapToInt(Integer::intValue).sum();
      bench
          .report()
          .add(
              Finding.beside(
                  name(),
                  engine.name() + " none",
                  Series.of("requests per launch", Unit.CALLS, all / WORKLOADS),
                  Series.of("bare loop", Unit.CALLS, 2)));
      bench
          .report()
          .note("Requests to " + engine.name() + " for " + WORKLOADS + " launches: " + counts);
      node.remove(workloads);
    } finally {
      engine.clear();
    }
  }

  /** The same stack once more, with nothing to do. */
  private void again(Bench bench, BenchEngine engine) throws IOException, InterruptedException {
    Path folder = bench.newFolder("again");
    Path file = folder.resolve("compose.yaml");
    Files.writeString(file, Loads.compose(WORKLOADS, engine.image(), Net.NONE));
    try (BenchNode node = BenchNode.start(bench.project(), folder, engine.socket(), "")) {
      List<String> up =
          List.of(
              bench.project().resolve("bin/tallyman").toString(),
              "up",
              "--detach",
              "--file",
              file.toString(),
              "--node-socket",
              node.nodeSocket().toString());
      var _ = Command.run(up, Map.of(), folder).orThrow("tallyman up");
      List<Contender> contenders = new ArrayList<>();
      contenders.add(
          Bench.contender(
              "tallyman up, nothing to do",
              () -> Command.run(up, Map.of(), folder).orThrow("tallyman up").millis()));
      if (engine.name().equals("docker")) {
        Path files = bench.newFolder("theirs");
        Path theirs = files.resolve("compose.yaml");
        Files.writeString(theirs, Loads.compose(WORKLOADS, engine.image(), Net.NONE));
        var _ =
            Command.run(composeUp(theirs), engine.environment(), files).orThrow("docker-compose");
        contenders.add(
            Bench.contender(
                "docker-compose up -d, nothing to do",
                () ->
                    Command.run(composeUp(theirs), engine.environment(), files)
                        .orThrow("docker-compose")
                        .millis()));
      }
      List<Series> series =
          bench.alternate(bench.scale().of(3, 7, 20), Unit.MILLISECONDS, contenders);
      String setting = engine.name() + " again";
      bench
          .report()
          .add(
              series.size() > 1
                  ? Finding.beside(name(), setting, series.get(0), series.get(1), NOTHING_TO_DO)
                  : Finding.alone(name(), setting, series.get(0), NOTHING_TO_DO));
    } finally {
      engine.clear();
    }
  }
}
