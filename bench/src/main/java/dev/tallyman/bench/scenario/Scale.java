package dev.tallyman.bench.scenario;

/** How much is measured. */
public enum Scale {
  /** To see that it works: ratios mean something, absolute numbers hardly. */
  QUICK,
  /** What documents quote. */
  NORMAL,
  /** Small differences, and long loads. */
  LONG;

  /** The one of three values that goes with it. */
  public int of(int quick, int normal, int longest) {
    return switch (this) {
      case QUICK -> quick;
      case NORMAL -> normal;
      case LONG -> longest;
    };
  }
}
