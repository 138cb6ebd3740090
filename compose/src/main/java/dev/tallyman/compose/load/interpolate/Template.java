package dev.tallyman.compose.load.interpolate;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with variables, as the specification's chapter on interpolation has them: {@code $NAME},
 * {@code ${NAME}}, {@code ${NAME:-default}}, {@code ${NAME:?message}}, {@code ${NAME:+other}}, each
 * also without the colon, which then asks only whether the variable is set; nested to any sensible
 * depth; {@code $$} for a dollar. What is not needed is not looked at: a variable demanded in a
 * default that is not used is not missed. A dollar that begins none of these stands for itself.
 */
final class Template {

  private static final Pattern NAME = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
  private static final int DEEPEST = 50;

  private final Variables variables;
  private final Consumer<String> unset;

  /**
   * Ready to substitute.
   *
   * @param unset is told the name of a variable that has no value and no default
   */
  Template(Variables variables, Consumer<String> unset) {
    this.variables = variables;
    this.unset = unset;
  }

  /**
   * The text with its variables replaced.
   *
   * @throws InvalidTemplateException when a form is not understood or a demanded variable is
   *     missing
   */
  String substitute(String text) throws InvalidTemplateException {
    return substitute(text, 0);
  }

  private String substitute(String text, int depth) throws InvalidTemplateException {
    if (depth > DEEPEST) {
      throw new InvalidTemplateException(
          "variables are nested too deeply (expected: at most " + DEEPEST + " levels)");
    }
    int dollar = text.indexOf('$');
    if (dollar < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (dollar >= 0 && dollar + 1 < text.length()) {
      out.append(text, at, dollar);
      char next = text.charAt(dollar + 1);
      Matcher name = NAME.matcher(text).region(dollar + 1, text.length());
      if (next == '$') {
        out.append('$');
        at = dollar + 2;
      } else if (next == '{') {
        int end = closing(text, dollar);
        out.append(braced(text.substring(dollar + 2, end), depth));
        at = end + 1;
      } else if (name.lookingAt()) {
        out.append(plain(name.group()));
        at = name.end();
      } else {
        out.append('$');
        at = dollar + 1;
      }
      dollar = text.indexOf('$', at);
    }
    return out.append(text, at, text.length()).toString();
  }

  /**
   * The brace that ends the one after a dollar. Braces within count in pairs, so that a default may
   * be JSON; where they do not pair up, the last one of the text ends it.
   */
  private static int closing(String text, int dollar) throws InvalidTemplateException {
    int open = 0;
    for (int i = dollar + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{') {
        open++;
      } else if (c == '}' && --open == 0) {
        return i;
      }
    }
    int last = text.lastIndexOf('}');
    if (last < dollar) {
      throw invalid(text.substring(dollar), "the closing } is missing");
    }
    return last;
  }

  private String braced(String inner, int depth) throws InvalidTemplateException {
    Matcher matcher = NAME.matcher(inner);
    if (!matcher.lookingAt()) {
      throw invalid("${" + inner + "}", "a name of letters, digits and _ must follow ${");
    }
    String name = matcher.group();
    String rest = inner.substring(matcher.end());
    if (rest.isEmpty()) {
      return plain(name);
    }
    boolean colon = rest.startsWith(":");
    String operation = rest.substring(colon ? 1 : 0);
    Optional<String> value = variables.value(name).filter(found -> !colon || !found.isEmpty());
    String word = operation.isEmpty() ? "" : operation.substring(1);
    return switch (operation.isEmpty() ? ' ' : operation.charAt(0)) {
      case '-' -> value.isPresent() ? value.get() : substitute(word, depth + 1);
      case '+' -> value.isPresent() ? substitute(word, depth + 1) : "";
      case '?' -> value.isPresent() ? value.get() : missing(name, word, depth);
      default -> throw invalid("${" + inner + "}", "after the name comes }, :-, -, :?, ?, :+ or +");
    };
  }

  private String missing(String name, String word, int depth) throws InvalidTemplateException {
    String message = substitute(word, depth + 1);
    throw new InvalidTemplateException(
        "the variable "
            + name
            + " must be set"
            + (message.isEmpty() ? " to something" : ": " + message));
  }

  private String plain(String name) {
    Optional<String> value = variables.value(name);
    if (value.isEmpty()) {
      unset.accept(name);
    }
    return value.orElse("");
  }

  private static InvalidTemplateException invalid(String what, String why) {
    String shown = what.length() > 60 ? what.substring(0, 60) + "…" : what;
    return new InvalidTemplateException(
        "%s: not a variable: %s (write $$ for a dollar sign)".formatted(shown, why));
  }
}
