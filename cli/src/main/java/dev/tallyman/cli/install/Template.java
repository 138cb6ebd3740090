package dev.tallyman.cli.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.cli.process.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of the project's folder {@code deploy/} with names like {@code @LAUNCHER@} in it. Pure but
 * for reading that file, which is part of the program.
 */
final class Template {

  private static final Pattern NAME = Pattern.compile("@([A-Z_]+)@");

  /** How a value is written where the template has its name. */
  enum Quoting {
    /** Between double quotes of a systemd unit, which takes no quotes in names of programs. */
    SYSTEMD("$\"'\\") {
      @Override
      String quote(String value) {
        return value.replace("%", "%%");
      }
    },
    /** As text of XML. */
    XML("") {
      @Override
      String quote(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
      }
    },
    /** Between single quotes of a shell. */
    SHELL("") {
      @Override
      String quote(String value) {
        return value.replace("'", "'\\''");
      }
    };

    private final String impossible;

    Quoting(String impossible) {
      this.impossible = impossible;
    }

    abstract String quote(String value);

    /** Nothing takes a control character: it ends a line or a document. */
    void requireWritable(String value) {
      if (value.chars().anyMatch(c -> impossible.indexOf(c) >= 0 || Character.isISOControl(c))) {
        throw CommandFailure.failed(
            "path: %s (expected: one without %scontrol characters)"
                .formatted(
                    value,
                    impossible.isEmpty() ? "" : String.join(" ", impossible.split("")) + " and "));
      }
    }
  }

  private Template() {}

  /**
   * A file of {@code deploy/} as it is.
   *
   * @param name below that folder
   */
  static String read(String name) {
    try (InputStream in = Template.class.getResourceAsStream("deploy/" + name)) {
      if (in == null) {
        throw new IllegalStateException("deploy/" + name + " is not part of this program");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A file of {@code deploy/} with values in place of the names.
   *
   * @param values a value for each name that it has, and for no other
   * @throws CommandFailure when a value cannot be written in such a file
   */
  static String fill(String name, Quoting quoting, Map<String, ?> values) {
    Map<String, Object> unused = new HashMap<>(values);
    String filled =
        NAME.matcher(read(name))
            .replaceAll(found -> {
              String key = found.group(1);
              unused.remove(key);
              String value =
                  Optional.ofNullable(values.get(key))
                      .orElseThrow(
                          () -> new IllegalStateException("deploy/" + name + ": no value: " + key))
                      .toString();
              quoting.requireWritable(value);
              return Matcher.quoteReplacement(quoting.quote(value));
            });
    if (!unused.isEmpty()) {
      throw new IllegalStateException("deploy/" + name + ": has no name " + unused.keySet());
    }
    return filled;
  }
}
