package dev.tallyman.cli.doctor;

import java.util.Locale;

/**
 * What one look found.
 *
 * @param level how it is
 * @param subject one or two words
 * @param text sentences; further lines belong to it
 */
record Finding(Level level, String subject, String text) {

  private static final int TEXT_COLUMN = 28;

  /** How something is. */
  enum Level {
    OK,
    /** Neither good nor bad. */
    NOTE,
    /** An agent works, but not as one would want. */
    WARNING,
    /** An agent does not work like this. */
    FAILED
  }

  static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text);
  }

  static Finding note(String subject, String text) {
    return new Finding(Level.NOTE, subject, text);
  }

  static Finding warning(String subject, String text) {
    return new Finding(Level.WARNING, subject, text);
  }

  static Finding failed(String subject, String text) {
    return new Finding(Level.FAILED, subject, text);
  }

  /** As a line of a list. */
  String line() {
    String mark = level == Level.NOTE ? "-" : level.name().toLowerCase(Locale.ROOT);
    return "  %-8s %-16s %s"
        .formatted(mark, subject, text.replace("\n", "\n" + " ".repeat(TEXT_COLUMN)));
  }
}
