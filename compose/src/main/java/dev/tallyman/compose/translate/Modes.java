package dev.tallyman.compose.translate;

import java.util.Optional;
import java.util.regex.Pattern;

/** Permission bits. The model has them as octal text, {@code 0440}; a bare number is decimal. */
final class Modes {

  private static final Pattern OCTAL = Pattern.compile("0o?[0-7]{1,6}");
  private static final Pattern DECIMAL = Pattern.compile("0|[1-9]\\d{0,5}");

  private Modes() {}

  /** The bits; a fault where the text has another form or has bits beyond the given ones. */
  static Optional<Integer> parse(Placed<String> text, int allowed, Findings findings) {
    String digits = text.value();
    int bits = -1;
    if (DECIMAL.matcher(digits).matches()) {
      bits = Integer.parseInt(digits);
    } else if (OCTAL.matcher(digits).matches()) {
      bits = Integer.parseInt(digits.replace("o", ""), 8);
    }
    if (bits < 0 || (bits & ~allowed) != 0) {
      findings.bad(
          text,
          "permission bits in octal such as 0440, at most 0" + Integer.toOctalString(allowed));
      return Optional.empty();
    }
    return Optional.of(bits);
  }
}
