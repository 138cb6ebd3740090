package dev.tallyman.bench.scenario;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.engine.BenchEngine.Net;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a person waits for {@code tallyman get workloads}, beside the engine's own client. */
public final class Cli implements Scenario {

  private static final int WORKLOADS = 20;
  private static final String OPTIONS = "TALLYMAN_JAVA_OPTS";
  private static final String NO_CACHE = "-XX:AOTMode=off";
  private static final Goal GOAL = new Goal(Goal.Statistic.MEDIAN, 150);

  @Override
  public String name() {
    return "cli";
  }

  @Override
  public String summary() {
    return "wall time of `tallyman get workloads`, beside `docker ps` and a bare Java";
  }

  @Override
  public Needs needs() {
    return Needs.ENGINES;
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    BenchEngine engine = bench.engines().getFirst();
    Path folder = bench.newFolder("cli");
    List<Workload> workloads = Loads.sleepers(WORKLOADS, engine.image(), Net.HOST);
    try (BenchNode node = BenchNode.start(bench.project(), folder, engine.socket(), "")) {
      double _ = node.run(workloads);
      List<String> line =
          List.of(
              bench.project().resolve("bin/tallyman").toString(),
              "get",
              "workloads",
              "--server",
              "unix:" + folder.resolve("cp/s"));
      List<Contender> contenders = new ArrayList<>();
      contenders.add(Bench.contender("as installed", () -> run(line, "", folder)));
      contenders.add(
          Bench.contender(
              "java -version", () -> plain(List.of(java(), "-version"), Map.of(), folder)));
      contenders.add(
          Bench.contender(
              engine.name() + " ps", () -> plain(client(engine), engine.environment(), folder)));
      contenders.add(Bench.contender("without AOT cache", () -> run(line, NO_CACHE, folder)));
      List<Series> series =
          bench.alternate(bench.scale().of(3, 10, 30), Unit.MILLISECONDS, contenders);
      Series client = series.get(2);
      bench.report().add(Finding.beside(name(), "get workloads", series.get(0), client, GOAL));
      bench.report().add(Finding.beside(name(), "get workloads", series.get(3), client));
      bench.report().add(Finding.beside(name(), "java -version", series.get(1), client));
      node.remove(workloads);
    } finally {
      engine.clear();
    }
  }

  private static List<String> client(BenchEngine engine) {
    return switch (engine.name()) {
      case "podman" -> List.of("podman", "--remote", "--url", "unix://" + engine.socket(), "ps");
      default -> List.of(engine.name(), "ps");
    };
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static double run(List<String> line, String javaOptions, Path folder)
      throws IOException, InterruptedException {
    return plain(
        line,
        Map.of("TALLYMAN_JAVA_HOME", System.getProperty("java.home"), OPTIONS, javaOptions),
        folder);
  }

  private static double plain(List<String> line, Map<String, String> environment, Path folder)
      throws IOException, InterruptedException {
    return Command.run(line, environment, folder).orThrow(line.getFirst()).millis();
  }
}
