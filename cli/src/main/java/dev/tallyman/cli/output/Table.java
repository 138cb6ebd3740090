package dev.tallyman.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under a header, in columns that are as wide as they need to be and never get narrower while
 * the table lives. For one thread.
 */
public final class Table {

  private static final int GAP = 3;

  private final List<String> header;
  private final int[] widths;

  /** A table with these column names. */
  public Table(List<String> header) {
    this.header = List.copyOf(header);
    this.widths = new int[header.size()];
  }

  /** The header and all rows, as lines. */
  public List<String> lines(List<List<String>> rows) {
    measure(header);
    rows.forEach(this::measure);
    List<String> lines = new ArrayList<>();
    lines.add(format(header));
    rows.forEach(row -> lines.add(format(row)));
    return lines;
  }

  /** One more row, as a line. */
  public String line(List<String> row) {
    measure(row);
    return format(row);
  }

  private void measure(List<String> row) {
    if (row.size() != widths.length) {
      throw new IllegalArgumentException(
          "row: " + row.size() + " cells (expected: " + widths.length + ")");
    }
    Arrays.setAll(widths, i -> Math.max(widths[i], width(cell(row.get(i)))));
  }

  private String format(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String cell = cell(row.get(i));
      line.append(cell);
      if (i < row.size() - 1) {
        line.repeat(' ', widths[i] - width(cell) + GAP);
      }
    }
    return line.toString().stripTrailing();
  }

  /** What comes from elsewhere may hold anything, and must not break the table or the terminal. */
  private static String cell(String text) {
    return text.isEmpty() ? "-" : text.replaceAll("\\p{Cntrl}+", " ");
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
