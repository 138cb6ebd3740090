package dev.tallyman.bench.report;

/** What a number counts. */
public enum Unit {
  MILLISECONDS("ms"),
  MICROSECONDS("µs"),
  PERCENT_OF_A_CORE("% of a core"),
  MEBIBYTES("MiB"),
  MEBIBYTES_PER_SECOND("MiB/s"),
  CALLS("calls"),
  COUNT("");

  private final String word;

  Unit(String word) {
    this.word = word;
  }

  /** As it stands behind a number. */
  public String word() {
    return word;
  }
}
