package dev.tallyman.compose.load.dotenv;

import dev.tallyman.compose.load.interpolate.Interpolator;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.config.fault.Faults;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads files of variables as the specification's {@code env_file} has them: {@code NAME=value} or
 * {@code NAME: value}, comments, {@code export}; single quotes keep everything, double quotes know
 * escapes, both may span lines; values that are not in single quotes are interpolated. A name alone
 * takes the value from outside, or is left out. Immutable.
 */
public final class Dotenv {

  private static final Pattern EXPORT = Pattern.compile("export[ \\t]+(?=\\S)");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.\\[\\]-]+");

  private final String file;
  private final Interpolator interpolator;
  private final Faults faults;

  /**
   * A reader of one file.
   *
   * @param file how faults call it
   */
  public Dotenv(String file, Interpolator interpolator, Faults faults) {
    this.file = file;
    this.interpolator = interpolator;
    this.faults = faults;
  }

  /**
   * The variables of a text, in order.
   *
   * @param outside comes before the file's own earlier lines when a value names a variable
   */
  public Map<String, String> read(String text, Variables outside) {
    Reading reading = new Reading(text.replace("\r\n", "\n"), outside);
    while (reading.statement()) {}
    return reading.values;
  }

  /**
   * The variables of a text in the {@code raw} format: everything after the first {@code =} is the
   * value, as it stands.
   */
  public Map<String, String> readRaw(String text, Variables outside) {
    Map<String, String> values = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.replace("\r\n", "\n").split("\n", -1)) {
      number++;
      String name = line.strip();
      if (name.isEmpty() || name.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals >= 0) {
        name = line.substring(0, equals).strip();
      }
      if (!NAME.matcher(name).matches()) {
        faults.add(file + ":" + number + ":1", invalidName(name));
      } else if (equals >= 0) {
        values.put(name, line.substring(equals + 1));
      } else {
        String mine = name;
        outside.value(mine).ifPresent(value -> values.put(mine, value));
      }
    }
    return values;
  }

  /** Editors and web pages slip blanks in that Java does not take for such. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || c == '\u00A0' || c == '\u0085';
  }

  private static String withoutBlanks(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static String invalidName(String name) {
    return "\"%s\": not a variable's name (expected: letters, digits and _)".formatted(name);
  }

  private final class Reading {
    private final String text;
    private final Variables outside;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int at;
    private int counted;
    private int line = 1;
    private int lineStart;

    Reading(String text, Variables outside) {
      this.text = text;
      this.outside = outside;
    }

    /** Reads one statement; false at the end. */
    boolean statement() {
      skipBlankAndComments();
      if (at >= text.length()) {
        return false;
      }
      String where = where(at);
      var export = EXPORT.matcher(text).region(at, text.length());
      if (export.lookingAt()) {
        at = export.end();
      }
      int end = endOfLine(at);
      int delimiter = at;
      while (delimiter < end && text.charAt(delimiter) != '=' && text.charAt(delimiter) != ':') {
        delimiter++;
      }
      String name = withoutBlanks(text.substring(at, delimiter));
      if (!NAME.matcher(name).matches()) {
        faults.add(where, invalidName(name));
        at = end;
        return true;
      }
      if (delimiter == end) {
        at = end;
        outside.value(name).ifPresent(value -> values.put(name, value));
        return true;
      }
      at = delimiter + 1;
      skipBlank();
      char first = at < text.length() ? text.charAt(at) : '\n';
      Optional<String> value =
          first == '"' || first == '\'' ? quoted(name, first, where) : Optional.of(unquoted(where));
      value.ifPresent(found -> values.put(name, found));
      return true;
    }

    private String unquoted(String where) {
      int end = endOfLine(at);
      String value = text.substring(at, end);
      at = end;
      int comment = value.indexOf(" #");
      return interpolate(
          (comment < 0 ? value : value.substring(0, comment)).stripTrailing(), where);
    }

    private Optional<String> quoted(String name, char quote, String where) {
      StringBuilder inner = new StringBuilder();
      int i = at + 1;
      while (i < text.length() && text.charAt(i) != quote) {
        char c = text.charAt(i);
        if (c == '\\' && i + 1 < text.length()) {
          char escaped = text.charAt(i + 1);
          if (escaped != quote) {
            inner.append(c);
          }
          inner.append(escaped);
          i += 2;
        } else {
          inner.append(c);
          i++;
        }
      }
      if (i >= text.length()) {
        faults.add(where, name + ": the closing " + quote + " is missing");
        at = text.length();
        return Optional.empty();
      }
      at = i + 1;
      refuseRest(name);
      return Optional.of(
          quote == '\'' ? inner.toString() : interpolate(Escapes.resolve(inner), where));
    }

    private void refuseRest(String name) {
      int end = endOfLine(at);
      String rest = text.substring(at, end).strip();
      if (!rest.isEmpty() && !rest.startsWith("#")) {
        faults.add(where(at), name + ": text after the closing quote (expected: nothing)");
      }
      at = end;
    }

    private String interpolate(String value, String where) {
      return interpolator.interpolate(value, where, "", outside.or(Variables.of(values)));
    }

    private void skipBlankAndComments() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '#') {
          at = endOfLine(at);
        } else if (isBlank(c)) {
          at++;
        } else {
          return;
        }
      }
    }

    private void skipBlank() {
      while (at < text.length() && isBlank(text.charAt(at)) && text.charAt(at) != '\n') {
        at++;
      }
    }

    private int endOfLine(int from) {
      int end = text.indexOf('\n', from);
      return end < 0 ? text.length() : end;
    }

    /** The place of a position; positions must not go back, because lines are counted once. */
    private String where(int position) {
      for (; counted < position; counted++) {
        if (text.charAt(counted) == '\n') {
          line++;
          lineStart = counted + 1;
        }
      }
      return file + ":" + line + ":" + (position - lineStart + 1);
    }
  }
}
