package dev.tallyman.config;

import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.config.yaml.YamlScalars;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the values of a setting are read and written. {@link ValueTypes} has them. Immutable.
 *
 * @param <T> what the program gets
 */
public abstract sealed class ValueType<T> {

  private ValueType() {}

  /** One word for the value in a command's help, like {@code DURATION}. */
  public abstract String placeholder();

  /** What is right, to follow "expected: ". */
  public abstract String expected();

  /** Whether a flag may be given several times, its values added up. */
  public abstract boolean repeatable();

  /** The value in YAML, on one line; empty when there is none. */
  public abstract String print(T value);

  /**
   * Reads the text of the environment or of flags.
   *
   * @param texts one, or several of a flag that is repeatable
   * @throws InvalidValueException when a text is wrong
   */
  abstract T parse(List<String> texts);

  /** Reads a value of the file, or tells the complaints about what is wrong. */
  abstract Optional<T> read(YamlValue value, Complaints complaints);

  /** Takes what is wrong with a value of the file. */
  interface Complaints {
    void wrong(YamlValue value, String name, InvalidValueException problem);
  }

  /** A value that is one word or one line. */
  public static final class Single<T> extends ValueType<T> {

    private final String placeholder;
    private final String expected;
    private final Function<String, T> parser;
    private final Function<T, String> printer;

    Single(
        String placeholder,
        String expected,
        Function<String, T> parser,
        Function<T, String> printer) {
      this.placeholder = placeholder;
      this.expected = expected;
      this.parser = parser;
      this.printer = printer;
    }

    @Override
    public String placeholder() {
      return placeholder;
    }

    @Override
    public String expected() {
      return expected;
    }

    @Override
    public boolean repeatable() {
      return false;
    }

    @Override
    public String print(T value) {
      return YamlScalars.print(printer.apply(value));
    }

    T parse(String text) {
      return parser.apply(text);
    }

    @Override
    T parse(List<String> texts) {
      if (texts.size() != 1) {
        throw new InvalidValueException(String.join(", ", texts), "one value");
      }
      return parse(texts.getFirst());
    }

    @Override
    Optional<T> read(YamlValue value, Complaints complaints) {
      return read("", value, complaints);
    }

    Optional<T> read(String name, YamlValue value, Complaints complaints) {
      if (!(value instanceof Scalar(var _, String text, Kind kind)) || kind == Kind.NULL) {
        complaints.wrong(value, name, new InvalidValueException(value.kindName(), expected));
        return Optional.empty();
      }
      try {
        return Optional.of(parse(text));
      } catch (InvalidValueException e) {
        complaints.wrong(value, name, e);
        return Optional.empty();
      }
    }
  }

  /** A list; as text its items stand between commas. */
  static final class ListOf<T> extends ValueType<List<T>> {

    private final Single<T> item;

    ListOf(Single<T> item) {
      this.item = item;
    }

    @Override
    public String placeholder() {
      return item.placeholder() + ",...";
    }

    @Override
    public String expected() {
      return "a list, each " + item.expected();
    }

    @Override
    public boolean repeatable() {
      return true;
    }

    @Override
    public String print(List<T> value) {
      return value.stream().map(item::print).collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    List<T> parse(List<String> texts) {
      return texts.stream()
          .flatMap(text -> commaSeparated(text).stream())
          .map(item::parse)
          .toList();
    }

    @Override
    Optional<List<T>> read(YamlValue value, Complaints complaints) {
      if (!(value instanceof Sequence(var _, List<YamlValue> items))) {
        complaints.wrong(value, "", new InvalidValueException(value.kindName(), "a list"));
        return Optional.empty();
      }
      List<T> all = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        item.read("[" + i + "]", items.get(i), complaints).ifPresent(all::add);
      }
      return Optional.of(List.copyOf(all));
    }
  }

  /** A mapping from words; as text {@code name=value} between commas. */
  static final class MapOf<T> extends ValueType<Map<String, T>> {

    private final Single<T> item;

    MapOf(Single<T> item) {
      this.item = item;
    }

    @Override
    public String placeholder() {
      return "NAME=" + item.placeholder() + ",...";
    }

    @Override
    public String expected() {
      return "NAME=VALUE, each value " + item.expected();
    }

    @Override
    public boolean repeatable() {
      return true;
    }

    @Override
    public String print(Map<String, T> value) {
      return value.entrySet().stream()
          .map(entry -> YamlScalars.print(entry.getKey()) + ": " + item.print(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }

    @Override
    Map<String, T> parse(List<String> texts) {
      Map<String, T> all = new LinkedHashMap<>();
      for (String text : texts) {
        for (String pair : commaSeparated(text)) {
          int equals = pair.indexOf('=');
          if (equals < 1) {
            throw new InvalidValueException(pair, expected());
          }
          String name = pair.substring(0, equals).strip();
          if (all.put(name, item.parse(pair.substring(equals + 1).strip())) != null) {
            throw new InvalidValueException(pair, "each name once");
          }
        }
      }
      return Collections.unmodifiableMap(all);
    }

    @Override
    Optional<Map<String, T>> read(YamlValue value, Complaints complaints) {
      if (!(value instanceof Mapping(var _, List<Entry> entries))) {
        complaints.wrong(
            value, "", new InvalidValueException(value.kindName(), "a mapping like {name: value}"));
        return Optional.empty();
      }
      Map<String, T> all = new LinkedHashMap<>();
      for (Entry entry : entries) {
        item.read("." + entry.key(), entry.value(), complaints)
            .ifPresent(read -> all.put(entry.key(), read));
      }
      return Optional.of(Collections.unmodifiableMap(all));
    }
  }

  /** A value that need not be there. */
  static final class OptionalOf<T> extends ValueType<Optional<T>> {

    private final ValueType<T> type;

    OptionalOf(ValueType<T> type) {
      this.type = type;
    }

    @Override
    public String placeholder() {
      return type.placeholder();
    }

    @Override
    public String expected() {
      return type.expected();
    }

    @Override
    public boolean repeatable() {
      return type.repeatable();
    }

    @Override
    public String print(Optional<T> value) {
      return value.map(type::print).orElse("");
    }

    @Override
    Optional<T> parse(List<String> texts) {
      return Optional.of(type.parse(texts));
    }

    @Override
    Optional<Optional<T>> read(YamlValue value, Complaints complaints) {
      Optional<T> read = type.read(value, complaints);
      return read.isPresent() ? Optional.of(read) : Optional.empty();
    }
  }

  private static List<String> commaSeparated(String text) {
    return List.of(text.split(",", -1)).stream().map(String::strip).toList();
  }
}
