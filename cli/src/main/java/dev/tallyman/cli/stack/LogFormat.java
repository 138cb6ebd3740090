package dev.tallyman.cli.stack;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** How lines of several workloads are told apart: {@code web | GET /}. For one thread. */
public final class LogFormat {

  /** Whether the time at which a line was written stands before it. */
  public enum Times {
    HIDDEN,
    SHOWN
  }

  /** Where the lines go. */
  public enum Target {
    /** A terminal: names are coloured, and nothing but colours controls it. */
    TERMINAL,
    /** A terminal whose user wants no colours. */
    PLAIN_TERMINAL,
    /** A file or another program: lines are as they were written. */
    OTHER
  }

  private static final String ESCAPE = "\u001B[";
  private static final String END = ESCAPE + "0m";

  /** Cyan, yellow, green, magenta, blue, then their bright forms. */
  private static final int[] COLOURS = {36, 33, 32, 35, 34, 96, 93, 92, 95, 94};

  /** Escape sequences but those of colour, and control characters but the tab. */
  private static final Pattern CONTROLS =
      Pattern.compile(
          "\u001B\\[[0-?]*[ -/]*[@-ln-~]|\u001B(?!\\[[0-9;:]*m)|[\\p{Cntrl}&&[^\t\u001B]]");

  private final Times times;
  private final Target target;
  private final Map<String, Integer> colours = new HashMap<>();
  private int width;

  /** A format without names yet. */
  public LogFormat(Times times, Target target) {
    this.times = times;
    this.target = target;
  }

  /** Makes room for these names, and gives each a colour. */
  public void name(Collection<String> names) {
    names.stream()
        .sorted()
        .forEach(name -> {
          width = Math.max(width, name.length());
          colours.putIfAbsent(name, COLOURS[colours.size() % COLOURS.length]);
        });
  }

  /** A line with the name before it. */
  public String line(String name, Optional<Instant> at, String text) {
    return prefix(name) + text(at, text);
  }

  /** A line without a name. */
  public String text(Optional<Instant> at, String text) {
    String time =
        switch (times) {
          case HIDDEN -> "";
          case SHOWN -> at.map(instant -> instant + " ").orElse("");
        };
    return time
        + switch (target) {
          case TERMINAL, PLAIN_TERMINAL -> safe(text);
          case OTHER -> text;
        };
  }

  private String prefix(String name) {
    String padded = name + " ".repeat(Math.max(0, width - name.length())) + " | ";
    return switch (target) {
      case TERMINAL -> ESCAPE + colours.getOrDefault(name, COLOURS[0]) + "m" + padded + END;
      case PLAIN_TERMINAL, OTHER -> padded;
    };
  }

  /** A colour that the line leaves on would reach the next one. */
  private String safe(String text) {
    String clean = CONTROLS.matcher(text).replaceAll("");
    return clean.contains(ESCAPE) ? clean + END : clean;
  }
}
