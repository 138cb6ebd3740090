package dev.tallyman.bench.report;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was measured of one thing, one number for each round.
 *
 * @param name what was measured
 * @param samples in the order in which they were taken; not empty
 */
public record Series(String name, Unit unit, List<Double> samples) {
  public Series {
    requireNonNull(name, "name");
    requireNonNull(unit, "unit");
    samples = List.copyOf(samples);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(name + ": no samples (expected: at least one)");
    }
  }

  /** A series of numbers. */
  public static Series of(String name, Unit unit, double... samples) {
    return new Series(name, unit, Arrays.stream(samples).boxed().toList());
  }

  public double min() {
    return percentile(0);
  }

  public double median() {
    return percentile(50);
  }

  public double max() {
    return percentile(100);
  }

  /**
   * The value below which this share of the samples lies, between two samples in proportion.
   *
   * @param share 0 to 100
   */
  public double percentile(double share) {
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double place = share / 100 * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }

  /**
   * How many times the other one's value this one has. Rounds that belong together are compared
   * with each other, so that what disturbs both disturbs the ratio little; without as many rounds
   * of the other, its median stands for each.
   */
  public Series over(Series peer) {
    boolean paired = peer.samples.size() == samples.size();
    double median = peer.median();
    return new Series(
        name + " / " + peer.name,
        Unit.COUNT,
        IntStream.range(0, samples.size())
            .mapToObj(i -> samples.get(i) / (paired ? peer.samples.get(i) : median))
            .toList());
  }
}
