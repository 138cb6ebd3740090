package dev.tallyman.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Names with their values, one a line, in groups. What is empty is left out. For one thread. */
public final class Facts {

  private static final int INDENT = 2;

  private final List<Line> lines = new ArrayList<>();
  private int depth;

  private record Line(int depth, String name, String value) {}

  /** Adds a value, unless it is empty. Further lines of it stand below each other. */
  public void add(String name, String value) {
    if (!value.isEmpty()) {
      lines.add(new Line(depth, name, value));
    }
  }

  /** Adds a group; what {@code content} adds is in it. An empty group is left out. */
  public void group(String name, Runnable content) {
    lines.add(new Line(depth, name, ""));
    int size = lines.size();
    depth++;
    content.run();
    depth--;
    if (lines.size() == size) {
      lines.removeLast();
    }
  }

  /** All lines, the values of a group below each other. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      text.repeat(' ', line.depth * INDENT).append(line.name).append(':');
      if (!line.value.isEmpty()) {
        int column = column(i);
        text.repeat(' ', column - line.depth * INDENT - line.name.length() - 1);
        text.append(line.value.strip().replace("\n", "\n" + " ".repeat(column)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** Where the values of the line's group begin. */
  private int column(int index) {
    int column = 0;
    int own = lines.get(index).depth;
    int from = index;
    while (from > 0 && lines.get(from - 1).depth >= own) {
      from--;
    }
    for (int i = from; i < lines.size() && lines.get(i).depth >= own; i++) {
      Line line = lines.get(i);
      if (line.depth == own && !line.value.isEmpty()) {
        column = Math.max(column, own * INDENT + line.name.length() + 3);
      }
    }
    return column;
  }
}
