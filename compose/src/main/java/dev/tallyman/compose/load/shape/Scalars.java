package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.Numbers;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The single values of the specification. */
final class Scalars {

  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,30}");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]{1,30}(?:\\.[0-9]{1,30})?");

  private Scalars() {}

  /** Text; an empty one says nothing. */
  static Shape text() {
    return new ScalarShape("text", true, scalar -> only(scalar, Kind.TEXT));
  }

  /** Text of some form; an empty one says nothing. */
  static Shape text(String expected, Predicate<String> form) {
    return new ScalarShape(
        expected, true, scalar -> only(scalar, Kind.TEXT).filter(s -> form.test(s.text())));
  }

  /** One of some words; an empty text says nothing. */
  static Shape word(String... words) {
    List<String> known = List.of(words);
    return text(String.join(", ", known), known::contains);
  }

  /** Text that may be empty. */
  static Shape anyText() {
    return ScalarShape.of("text", scalar -> only(scalar, Kind.TEXT));
  }

  /** Text or a whole number, as text. */
  static Shape textOrNumber() {
    return ScalarShape.of(
        "text or a whole number",
        scalar ->
            switch (scalar.kind()) {
              case TEXT -> Optional.of(scalar);
              case NUMBER -> whole(scalar, Long.MIN_VALUE, Long.MAX_VALUE).map(Scalars::asText);
              case BOOLEAN, NULL -> Optional.empty();
            });
  }

  /** True or false, also in the words of YAML 1.1, which many files use. */
  static Shape bool() {
    return ScalarShape.of("true or false", Scalars::truth);
  }

  /** A whole number, also as text. */
  static Shape whole(long min, long max) {
    String range =
        max == Long.MAX_VALUE
            ? (min == Long.MIN_VALUE ? "" : " of at least " + min)
            : " from " + min + " to " + max;
    return ScalarShape.of("a whole number" + range, scalar -> whole(scalar, min, max));
  }

  /** A decimal number of at least 0, also as text. */
  static Shape decimal() {
    return ScalarShape.of(
        "a number of at least 0",
        scalar ->
            decimalOf(scalar)
                .filter(number -> number.signum() >= 0)
                .map(number -> new Scalar(scalar.place(), Numbers.plain(number), Kind.NUMBER)));
  }

  /** A duration of at least 0. */
  static Shape duration() {
    return ScalarShape.of(
        GoDurations.EXPECTED,
        scalar ->
            only(scalar, Kind.TEXT)
                .flatMap(text -> GoDurations.parse(text.text()))
                .filter(nanos -> nanos >= 0)
                .map(nanos -> Trees.text(scalar.place(), GoDurations.print(nanos))));
  }

  /** The octal mode of a file, as text with a leading zero. */
  static Shape modeText() {
    return ScalarShape.of(
        "a file mode like 0440",
        scalar ->
            mode(scalar).map(mode -> Trees.text(scalar.place(), "0" + Long.toOctalString(mode))));
  }

  /** The octal mode of a file, as a number. */
  static Shape modeNumber() {
    return ScalarShape.of(
        "a file mode like 0770",
        scalar -> mode(scalar).map(mode -> Trees.number(scalar.place(), mode)));
  }

  /** A single value as text: numbers in decimal, true and false in lower case. */
  static Scalar asText(Scalar scalar) {
    String text =
        switch (scalar.kind()) {
          case TEXT -> scalar.text();
          case NUMBER -> Numbers.asText(scalar.text());
          case BOOLEAN -> scalar.text().toLowerCase(Locale.ROOT);
          case NULL -> "";
        };
    return Trees.text(scalar.place(), text);
  }

  static Optional<Scalar> only(Scalar scalar, Kind kind) {
    return Optional.of(scalar).filter(s -> s.kind() == kind);
  }

  static Optional<Scalar> whole(Scalar scalar, long min, long max) {
    return wholeOf(scalar)
        .filter(number -> number.compareTo(BigInteger.valueOf(min)) >= 0)
        .filter(number -> number.compareTo(BigInteger.valueOf(max)) <= 0)
        .map(number -> Trees.number(scalar.place(), number.longValueExact()));
  }

  private static Optional<BigInteger> wholeOf(Scalar scalar) {
    return switch (scalar.kind()) {
      case NUMBER -> Numbers.whole(scalar.text()).or(() -> integral(scalar.text()));
      case TEXT ->
          WHOLE.matcher(scalar.text()).matches()
              ? Optional.of(new BigInteger(unsigned(scalar.text())))
              : Optional.empty();
      case BOOLEAN, NULL -> Optional.empty();
    };
  }

  private static Optional<BigInteger> integral(String text) {
    return Numbers.decimal(text)
        .filter(number -> number.stripTrailingZeros().scale() <= 0)
        .map(BigDecimal::toBigIntegerExact);
  }

  private static Optional<BigDecimal> decimalOf(Scalar scalar) {
    return switch (scalar.kind()) {
      case NUMBER -> Numbers.decimal(scalar.text());
      case TEXT ->
          DECIMAL.matcher(scalar.text()).matches()
              ? Optional.of(new BigDecimal(unsigned(scalar.text())))
              : Optional.empty();
      case BOOLEAN, NULL -> Optional.empty();
    };
  }

  private static Optional<Long> mode(Scalar scalar) {
    return switch (scalar.kind()) {
      case NUMBER -> whole(scalar, 0, 07777).map(number -> Long.parseLong(number.text()));
      case TEXT ->
          scalar.text().matches("0?[0-7]{1,4}")
              ? Optional.of(Long.parseLong(scalar.text(), 8))
              : Optional.empty();
      case BOOLEAN, NULL -> Optional.empty();
    };
  }

  private static Optional<Scalar> truth(Scalar scalar) {
    if (scalar.kind() != Kind.BOOLEAN && scalar.kind() != Kind.TEXT) {
      return Optional.empty();
    }
    return switch (scalar.text().toLowerCase(Locale.ROOT)) {
      case "true", "y", "yes", "on" -> Optional.of(Trees.bool(scalar.place(), true));
      case "false", "n", "no", "off" -> Optional.of(Trees.bool(scalar.place(), false));
      default -> Optional.empty();
    };
  }

  private static String unsigned(String text) {
    return text.startsWith("+") ? text.substring(1) : text;
  }
}
