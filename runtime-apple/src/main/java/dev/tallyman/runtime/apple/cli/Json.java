package dev.tallyman.runtime.apple.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A JSON value of the command, read without trust: what is missing or of another type than expected
 * is the same as not said.
 */
final class Json {

  private static final Json MISSING = new Json(JsonNull.INSTANCE);

  /** Until 0.12 dates are seconds since this. */
  private static final Instant NUMBERED_FROM = Instant.parse("2001-01-01T00:00:00Z");

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

  /** Dates beyond this many seconds are none: their nanoseconds are no long number any more. */
  private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(9_000_000_000L);

  private final JsonElement element;

  private Json(JsonElement element) {
    this.element = element;
  }

  /** What a text says; empty if it is no JSON, or nothing. */
  static Optional<Json> parse(String text) {
    try {
      return Optional.of(new Json(JsonParser.parseString(text))).filter(Json::isPresent);
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  /** A field of an object. */
  Json at(String name) {
    return element instanceof JsonObject object && object.has(name)
        ? new Json(object.get(name))
        : MISSING;
  }

  /** The first of these fields that is there. */
  Json atAny(String... names) {
    for (String name : names) {
      Json field = at(name);
      if (field.isPresent()) {
        return field;
      }
    }
    return MISSING;
  }

  /** A text; empty if it is none. */
  String text() {
    return element instanceof JsonPrimitive value && value.isString() ? value.getAsString() : "";
  }

  /** A whole number; empty if it is none, or too large for us. */
  OptionalLong number() {
    try {
      return element instanceof JsonPrimitive value && value.isNumber()
          ? OptionalLong.of(value.getAsBigDecimal().longValueExact())
          : OptionalLong.empty();
    } catch (ArithmeticException | NumberFormatException notWhole) {
      return OptionalLong.empty();
    }
  }

  /** The same for a number that may be an exit code. */
  OptionalInt exitCode() {
    OptionalLong number = number();
    return number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() <= 255
        ? OptionalInt.of((int) number.getAsLong())
        : OptionalInt.empty();
  }

  /** A date, in the form of any version. */
  Optional<Instant> date() {
    try {
      if (element instanceof JsonPrimitive value && value.isNumber()) {
        BigDecimal seconds = value.getAsBigDecimal();
        return seconds.abs().compareTo(MOST_SECONDS) > 0
            ? Optional.empty()
            : Optional.of(NUMBERED_FROM.plusNanos(seconds.multiply(NANOS).longValue()));
      }
      String text = text();
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException | ArithmeticException | NumberFormatException notADate) {
      return Optional.empty();
    }
  }

  /** The elements of a list; none if it is none. */
  List<Json> items() {
    List<Json> items = new ArrayList<>();
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(item -> items.add(new Json(item)));
    }
    return items;
  }

  /** The fields of an object in their order; none if it is none. */
  Map<String, Json> fields() {
    Map<String, Json> fields = new LinkedHashMap<>();
    if (element instanceof JsonObject object) {
      object.entrySet().forEach(entry -> fields.put(entry.getKey(), new Json(entry.getValue())));
    }
    return fields;
  }

  boolean isList() {
    return element.isJsonArray();
  }

  boolean isObject() {
    return element.isJsonObject();
  }

  boolean isPresent() {
    return !element.isJsonNull();
  }
}
