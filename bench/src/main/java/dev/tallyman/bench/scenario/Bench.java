package dev.tallyman.bench.scenario;

import static java.util.Objects.requireNonNull;

import dev.tallyman.bench.engine.BenchEngine;
import dev.tallyman.bench.report.Report;
import dev.tallyman.bench.report.Series;
import dev.tallyman.bench.report.Unit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What scenarios work with.
 *
 * @param project the project's folder
 * @param folder a folder with a short path for what they need meanwhile
 * @param engines the engines that are there
 * @param progress where it is said what is done now
 */
public record Bench(
    Path project,
    Path folder,
    Scale scale,
    List<BenchEngine> engines,
    Report report,
    PrintStream progress) {

  /** One of several that do the same. */
  public interface Contender {
    /** What its series is called. */
    String name();

    /** Does it once, and puts everything back. */
    double measure() throws IOException, InterruptedException;
  }

  /** A contender that does this. */
  public static Contender contender(String name, Measurement measurement) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double measure() throws IOException, InterruptedException {
        return measurement.once();
      }
    };
  }

  /** What a contender does. */
  public interface Measurement {
    double once() throws IOException, InterruptedException;
  }

  public Bench {
    requireNonNull(project, "project");
    requireNonNull(folder, "folder");
    requireNonNull(scale, "scale");
    engines = List.copyOf(engines);
    requireNonNull(report, "report");
    requireNonNull(progress, "progress");
  }

  public void say(String sentence) {
    progress.println("bench: " + sentence);
  }

  /**
   * Lets contenders take turns, in an order that moves on by one with each round, so that none
   * always comes first.
   *
   * @return a series for each contender; the same place in each is the same round
   */
  public List<Series> alternate(int rounds, Unit unit, List<Contender> contenders)
      throws IOException, InterruptedException {
    List<List<Double>> samples = new ArrayList<>();
    contenders.forEach(_ -> samples.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < contenders.size(); turn++) {
        int which = (round + turn) % contenders.size();
        Contender contender = contenders.get(which);
        double value = contender.measure();
        samples.get(which).add(value);
        say(
            "round %d/%d: %s: %.1f %s"
                .formatted(round + 1, rounds, contender.name(), value, unit.word()));
      }
    }
    List<Series> series = new ArrayList<>();
    for (int which = 0; which < contenders.size(); which++) {
      series.add(new Series(contenders.get(which).name(), unit, samples.get(which)));
    }
    return series;
  }

  /** A new folder of this name, empty. */
  public Path newFolder(String name) throws IOException {
    Path made = folder.resolve(name);
    delete(made);
    return Files.createDirectory(made);
  }

  /** Deletes a folder and all that is in it, if it is there. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
