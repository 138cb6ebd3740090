package dev.tallyman.bench.report;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * An upper bound for one number of a finding.
 *
 * @param of which number
 * @param atMost in the unit of the series, or a ratio
 */
public record Goal(Statistic of, double atMost) {

  /** The numbers that may have a bound. */
  public enum Statistic {
    MEDIAN("median"),
    P99("p99"),
    MAX("max"),
    /** The median of the ratios to the peer. */
    RATIO("ratio");

    private final String word;

    Statistic(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  public Goal {
    requireNonNull(of, "of");
  }

  /** What was measured; empty without a peer to compare with. */
  Optional<Double> measured(Series series, Optional<Series> peer) {
    return switch (of) {
      case MEDIAN -> Optional.of(series.median());
      case P99 -> Optional.of(series.percentile(99));
      case MAX -> Optional.of(series.max());
      case RATIO -> peer.map(other -> series.over(other).median());
    };
  }

  String text() {
    return String.format(Locale.ROOT, "%s ≤ %s", of.word(), Numbers.text(atMost));
  }
}
