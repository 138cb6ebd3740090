package dev.tallyman.cli.output;

import java.util.List;

/**
 * Lines on a terminal that are drawn again in the same place, with the escape sequences of ECMA-48
 * (cursor up, erase to the end of the screen). What stood above stays. For one thread.
 */
public final class LiveText {

  private static final String ESCAPE = "\u001B[";

  private final Output out;
  private final Screen screen;
  private int drawn;

  /** Nothing is drawn yet. */
  public LiveText(Output out, Screen screen) {
    this.out = out;
    this.screen = screen;
  }

  /**
   * Replaces the lines. What does not fit on the screen is left out, since the cursor cannot go up
   * beyond it: long lines are cut, and the last line says how many are missing.
   *
   * @throws OutputException when the terminal is gone
   */
  public void draw(List<String> lines) {
    int room = Math.max(2, screen.rows() - 1);
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append(ESCAPE).append(drawn).append('A');
    }
    text.append('\r').append(ESCAPE).append('J');
    List<String> shown = lines.size() <= room ? lines : lines.subList(0, room - 1);
    shown.forEach(line -> text.append(cut(line)).append('\n'));
    drawn = shown.size();
    if (shown.size() < lines.size()) {
      text.append(cut("... and " + (lines.size() - shown.size()) + " more")).append('\n');
      drawn++;
    }
    out.text(text.toString());
    out.flush();
  }

  private String cut(String line) {
    return line.codePointCount(0, line.length()) <= screen.columns()
        ? line
        : line.substring(0, line.offsetByCodePoints(0, screen.columns()));
  }
}
