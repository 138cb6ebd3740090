package dev.tallyman.compose.load.tree;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers as Compose files have them: YAML's core schema, and a leading zero that means octal
 * ({@code 0440} is 288), as file modes are written.
 */
public final class Numbers {

  private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7]+");
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");

  /** More digits than this are no number that anything here could hold. */
  private static final int LONGEST = 400;

  private Numbers() {}

  /** The whole number that a plain YAML number stands for; empty when it is not whole. */
  public static Optional<BigInteger> whole(String text) {
    String plain = text.startsWith("+") ? text.substring(1) : text;
    if (plain.length() > LONGEST) {
      return Optional.empty();
    }
    if (OCTAL.matcher(plain).matches()) {
      return Optional.of(new BigInteger(plain, 8));
    }
    if (plain.startsWith("0o")) {
      return Optional.of(new BigInteger(plain.substring(2), 8));
    }
    if (plain.startsWith("0x")) {
      return Optional.of(new BigInteger(plain.substring(2), 16));
    }
    return WHOLE.matcher(plain).matches() ? Optional.of(new BigInteger(plain)) : Optional.empty();
  }

  /** The number that a plain YAML number stands for; empty for infinities and what is no number. */
  public static Optional<BigDecimal> decimal(String text) {
    Optional<BigDecimal> whole = whole(text).map(BigDecimal::new);
    if (whole.isPresent() || text.length() > LONGEST) {
      return whole;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      return Math.abs((long) number.scale()) > LONGEST ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * How a YAML number reads where text is wanted: whole numbers in decimal, others in the shortest
   * form, as {@code 1.1} for {@code 1.10}; very large and small ones with an exponent.
   */
  public static String asText(String text) {
    Optional<BigInteger> whole = whole(text);
    if (whole.isPresent()) {
      return whole.get().toString();
    }
    return decimal(text).map(Numbers::shortest).orElseGet(() -> unusual(text));
  }

  /** The shortest plain decimal form. */
  public static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String shortest(BigDecimal number) {
    BigDecimal short_ = number.stripTrailingZeros();
    int exponent = short_.precision() - short_.scale() - 1;
    if (number.signum() == 0 || (exponent >= -4 && exponent < 21)) {
      return plain(number);
    }
    String digits = short_.unscaledValue().abs().toString();
    return (number.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private static String unusual(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case ".inf", "+.inf" -> "+Inf";
      case "-.inf" -> "-Inf";
      case ".nan" -> "NaN";
      default -> text;
    };
  }
}
