package dev.tallyman.compose.load.dotenv;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a backslash means within double quotes; one that means nothing stands for itself. */
final class Escapes {

  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:([abfnrtv$\"\\\\])|0([0-7]{3}))");

  /** The dollar doubles, because interpolation comes afterwards and makes it one again. */
  private static final Map<String, String> SINGLE =
      Map.of(
          "a", "\u0007",
          "b", "\b",
          "f", "\f",
          "n", "\n",
          "r", "\r",
          "t", "\t",
          "v", "\u000B",
          "$", "$$",
          "\"", "\"",
          "\\", "\\");

  private Escapes() {}

  static String resolve(CharSequence text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(match ->
            Matcher.quoteReplacement(
                match.group(1) == null
                    ? Character.toString(Integer.parseInt(match.group(2), 8))
                    : SINGLE.getOrDefault(match.group(1), match.group())));
  }
}
