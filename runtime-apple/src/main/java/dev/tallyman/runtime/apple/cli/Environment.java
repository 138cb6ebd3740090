package dev.tallyman.runtime.apple.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How variables are handed to {@code create} without their values in its arguments, where everybody
 * on the host could read them: in a file, one a line; those with a line break in them by the
 * command's own environment, from which {@code --env=NAME} takes them.
 *
 * @param lines of the file
 * @param inherited in the command's environment
 */
record Environment(List<String> lines, Map<String, String> inherited) {

  /** Where the command sees the end of a line. */
  private static final Pattern LINE_BREAK = Pattern.compile("[\n-\r\u0085\u2028\u2029]");

  private static final Pattern SPACE = Pattern.compile("[\\s\u00a0\u0085\u2028\u2029]");

  /** What would change the command itself if it were in its environment. */
  private static final Pattern HEEDED_BY_THE_COMMAND =
      Pattern.compile(
          "(HOME|USER|LOGNAME|PATH|SHELL|TMPDIR|TZ|IFS|ENV|BASH_ENV|LANG)"
              + "|(LC|CONTAINER|XPC|DYLD|LD|OBJC|NS|CF|__CF|OS|SWIFT|NIO|GRPC|PYTHON|MALLOC|LIBDISPATCH)_?.*"
              + "|(?i:https?_proxy|all_proxy|no_proxy)");

  Environment {
    lines = List.copyOf(lines);
    inherited = Map.copyOf(inherited);
  }

  static Environment of(Map<String, String> variables) {
    List<String> lines = new ArrayList<>();
    Map<String, String> inherited = new LinkedHashMap<>();
    variables.forEach((name, value) -> {
      if (LINE_BREAK.matcher(value).find()) {
        inherited.put(name, value);
      } else {
        lines.add(name + "=" + value);
      }
    });
    return new Environment(lines, inherited);
  }

  /** What is wrong with a variable; never tells its value. */
  static Optional<String> fault(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      return Optional.of("env: name '%s' (expected: a name without '=' and NUL)".formatted(name));
    }
    if (name.startsWith("#") || SPACE.matcher(name).find()) {
      return Optional.of(
          "env: name '%s' (expected: a name without spaces that does not begin with '#')"
              .formatted(name));
    }
    if (value.indexOf('\0') >= 0) {
      return Optional.of("env: value of '%s' (expected: text without NUL)".formatted(name));
    }
    return LINE_BREAK.matcher(value).find() && HEEDED_BY_THE_COMMAND.matcher(name).matches()
        ? Optional.of(
            "env: value of '%s' (expected: one line, because Apple's container itself heeds a"
                    .formatted(name)
                + " variable of this name)")
        : Optional.empty();
  }
}
