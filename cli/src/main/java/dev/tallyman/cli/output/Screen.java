package dev.tallyman.cli.output;

/**
 * A terminal's size, in characters.
 *
 * @param rows at least 1
 * @param columns at least 1
 */
public record Screen(int rows, int columns) {

  /** What a terminal has that does not tell. */
  public static final Screen USUAL = new Screen(24, 80);

  public Screen {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "screen: " + rows + " rows, " + columns + " columns (expected: >= 1 each)");
    }
  }
}
