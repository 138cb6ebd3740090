package dev.tallyman.config;

import dev.tallyman.config.quantity.ByteSizes;
import dev.tallyman.config.quantity.CpuAmounts;
import dev.tallyman.config.quantity.Durations;
import dev.tallyman.config.quantity.InvalidValueException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The types that settings can have. */
public final class ValueTypes {

  private ValueTypes() {}

  /** Text of one line, not empty. */
  public static ValueType.Single<String> text() {
    String expected = "text of one line, not empty";
    return of(
        "TEXT",
        expected,
        text -> {
          if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(text, expected);
          }
          return text;
        },
        text -> text);
  }

  /**
   * A type of one's own that is one line of text.
   *
   * @param placeholder one word for the value in a command's help, like {@code ENDPOINT}
   * @param expected what is right, to follow "expected: "
   * @param parser throws {@link InvalidValueException} for what is wrong
   * @param printer writes what the parser reads
   */
  public static <T> ValueType.Single<T> of(
      String placeholder,
      String expected,
      Function<String, T> parser,
      Function<T, String> printer) {
    return new ValueType.Single<>(placeholder, expected, parser, printer);
  }

  /** {@code true} or {@code false}. */
  public static ValueType.Single<Boolean> bool() {
    return of(
        "true|false",
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new InvalidValueException(text, "true or false");
            },
        String::valueOf);
  }

  /** A whole number from {@code min} to {@code max}, both allowed. */
  public static ValueType.Single<Integer> integer(int min, int max) {
    String expected = "a whole number from " + min + " to " + max;
    return of(
        "NUMBER",
        expected,
        text -> {
          try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
              return value;
            }
          } catch (NumberFormatException e) {
            throw new InvalidValueException(text, expected);
          }
          throw new InvalidValueException(text, expected);
        },
        String::valueOf);
  }

  /** A duration from {@code min} to {@code max}, both allowed; see {@link Durations}. */
  public static ValueType.Single<Duration> duration(Duration min, Duration max) {
    return of(
        "DURATION",
        Durations.EXPECTED + ", " + Durations.print(min) + " to " + Durations.print(max),
        text -> Durations.parse(text, min, max),
        Durations::print);
  }

  /** Bytes from {@code min} to {@code max}, both allowed; see {@link ByteSizes}. */
  public static ValueType.Single<Long> byteSize(long min, long max) {
    return of(
        "SIZE", ByteSizes.EXPECTED, text -> ByteSizes.parse(text, min, max), ByteSizes::print);
  }

  /** Thousandths of a core; see {@link CpuAmounts}. */
  public static ValueType.Single<Long> cpuMillis() {
    return of("CPU", CpuAmounts.EXPECTED, CpuAmounts::parseMillis, CpuAmounts::printMillis);
  }

  /** A path, not empty; a relative one starts at the process's working directory. */
  public static ValueType.Single<Path> path() {
    String expected = "a path";
    return of(
        "PATH",
        expected,
        text -> {
          try {
            if (!text.isBlank()) {
              return Path.of(text);
            }
          } catch (InvalidPathException e) {
            throw new InvalidValueException(text, expected);
          }
          throw new InvalidValueException(text, expected);
        },
        Path::toString);
  }

  /** One of an enum's constants, in lower case with {@code -}: {@code on-failure}. */
  public static <E extends Enum<E>> ValueType.Single<E> oneOf(Class<E> type) {
    List<E> all = List.of(type.getEnumConstants());
    String words = String.join("|", all.stream().map(ValueTypes::word).toList());
    return of(
        words,
        "one of " + words.replace("|", ", "),
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> word(constant).equals(text))
                .findFirst()
                .orElseThrow(
                    () -> new InvalidValueException(text, "one of " + words.replace("|", ", "))),
        ValueTypes::word);
  }

  /** A list. As text its items stand between commas; in YAML it is a list. */
  public static <T> ValueType<List<T>> listOf(ValueType.Single<T> item) {
    return new ValueType.ListOf<>(item);
  }

  /**
   * A mapping from words, in the order in which they were given. As text {@code name=value} between
   * commas; in YAML it is a mapping.
   */
  public static <T> ValueType<Map<String, T>> mapOf(ValueType.Single<T> value) {
    return new ValueType.MapOf<>(value);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
