package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.Numbers;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts of bytes as Compose writes them: a number, perhaps one blank, perhaps a unit of {@code b,
 * k, m, g, t, p}, the larger ones also as {@code kb} or {@code kib}; a kilobyte is always 1024. The
 * canonical form is text with the bytes in decimal.
 */
final class ByteAmounts {

  private static final String EXPECTED = "bytes like 64m, 1.5g or 1048576";
  private static final Pattern FORM =
      Pattern.compile(
          "\\+?(\\d{1,30}(?:\\.\\d{0,30})?|\\.\\d{1,30}) ?(?:b|([kmgtp])(?:i?b)?)?",
          Pattern.CASE_INSENSITIVE);
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private ByteAmounts() {}

  /** Bytes of at least 0. */
  static Shape shape() {
    return ScalarShape.of(EXPECTED, scalar -> read(scalar, false));
  }

  /** Bytes of at least 0, or -1 for no limit. */
  static Shape orUnlimited() {
    return ScalarShape.of(EXPECTED + ", or -1 for no limit", scalar -> read(scalar, true));
  }

  /** Bytes of at least 0, in text only. */
  static Shape textOnly() {
    return ScalarShape.of(
        EXPECTED + " in quotes",
        scalar -> Scalars.only(scalar, Kind.TEXT).flatMap(text -> read(text, false)));
  }

  /** Bytes of at least 0, in text or as a whole number written without a point. */
  static Shape wholeOnly() {
    return ScalarShape.of(
        EXPECTED,
        scalar ->
            scalar.kind() == Kind.NUMBER && Numbers.whole(scalar.text()).isEmpty()
                ? Optional.empty()
                : read(scalar, false));
  }

  private static Optional<Scalar> read(Scalar scalar, boolean unlimited) {
    if (unlimited && scalar.kind() != Kind.BOOLEAN && scalar.text().equals("-1")) {
      return Optional.of(Trees.text(scalar.place(), "-1"));
    }
    Optional<BigDecimal> bytes =
        switch (scalar.kind()) {
          case NUMBER ->
              Numbers.decimal(scalar.text())
                  .filter(number -> number.signum() >= 0)
                  .filter(number -> number.stripTrailingZeros().scale() <= 0);
          case TEXT -> parse(scalar.text());
          case BOOLEAN, NULL -> Optional.empty();
        };
    return bytes
        .map(number -> number.setScale(0, RoundingMode.DOWN))
        .filter(number -> number.compareTo(LARGEST) <= 0)
        .map(BigDecimal::toBigInteger)
        .map(BigInteger::toString)
        .map(text -> Trees.text(scalar.place(), text));
  }

  private static Optional<BigDecimal> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String number = matcher.group(1);
    String unit = matcher.group(2) == null ? "" : matcher.group(2).toLowerCase(Locale.ROOT);
    int power = unit.isEmpty() ? 0 : "kmgtp".indexOf(unit) + 1;
    return Optional.of(
        new BigDecimal(
                (number.startsWith(".") ? "0" : "") + number + (number.endsWith(".") ? "0" : ""))
            .multiply(BigDecimal.valueOf(1L << (10 * power))));
  }
}
