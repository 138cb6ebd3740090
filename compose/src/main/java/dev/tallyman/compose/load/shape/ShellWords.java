package dev.tallyman.compose.load.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits text into words by the quoting rules of POSIX shells. Nothing else of a shell is known:
 * {@code |}, {@code >}, {@code $} and the like are letters.
 */
final class ShellWords {

  private static final String QUOTED_ESCAPES = "\"\\$`\n";

  private ShellWords() {}

  /** The words; empty when a quote is not closed or a backslash ends the text. */
  static Optional<List<String>> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean last = i + 1 == text.length();
      if (quote == '\'' && c != '\'') {
        word.append(c);
      } else if (c == '\\') {
        if (last) {
          return Optional.empty();
        }
        char next = text.charAt(++i);
        if (quote == '"' && QUOTED_ESCAPES.indexOf(next) < 0) {
          word.append(c);
        }
        if (next != '\n') {
          word.append(next);
        }
        begun = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return quote == 0 ? Optional.of(words) : Optional.empty();
  }
}
