package dev.tallyman.runtime.oci.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A JSON value of an engine, read without trust: what is missing or of another type than expected
 * is the same as not said.
 */
public final class Json {

  private static final Json MISSING = new Json(JsonNull.INSTANCE);

  private final JsonElement element;

  private Json(JsonElement element) {
    this.element = element;
  }

  /**
   * Reads the one value of a stream; nothing at all is a missing value.
   *
   * @throws StrangeAnswer if it is no JSON
   * @throws IOException if it breaks off
   */
  public static Json read(InputStream in) throws IOException {
    return read(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** The same for a text. */
  public static Json parse(String text) throws IOException {
    return read(new StringReader(text));
  }

  private static Json read(Reader text) throws IOException {
    JsonReader reader = new CountingReader(text);
    reader.setStrictness(Strictness.STRICT);
    if (isAtEnd(reader)) {
      return MISSING;
    }
    Json value = next(reader);
    if (!isAtEnd(reader)) {
      throw new StrangeAnswer("one JSON value");
    }
    return value;
  }

  /** What is not said. */
  public static Json missing() {
    return MISSING;
  }

  /** A reader of values one after the other, for {@link #nextOf}. */
  public static JsonReader readerOf(InputStream in) {
    CountingReader reader = new CountingReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    // The only one that allows more than one value.
    reader.setStrictness(Strictness.LENIENT);
    return reader;
  }

  /** The next value; empty at the end. */
  public static Optional<Json> nextOf(JsonReader reader) throws IOException {
    if (isAtEnd(reader)) {
      return Optional.empty();
    }
    Json value = next(reader);
    if (!value.isObject()) {
      throw new StrangeAnswer("JSON objects");
    }
    return Optional.of(value);
  }

  private static boolean isAtEnd(JsonReader reader) throws IOException {
    try {
      return reader.peek() == JsonToken.END_DOCUMENT;
    } catch (EOFException end) {
      return true;
    } catch (MalformedJsonException bad) {
      throw new StrangeAnswer("JSON");
    }
  }

  private static Json next(JsonReader reader) throws IOException {
    if (reader instanceof CountingReader counting) {
      counting.countAnew();
    }
    try {
      return new Json(JsonParser.parseReader(reader));
    } catch (JsonParseException bad) {
      switch (bad.getCause()) {
        case StrangeAnswer strange -> throw strange;
        case EOFException cut -> throw new IOException("the answer broke off", cut);
        case MalformedJsonException malformed -> throw new StrangeAnswer("JSON");
        case IOException broken -> throw broken;
        case null, default -> throw new StrangeAnswer("JSON");
      }
    }
  }

  /** A field of an object. */
  public Json at(String name) {
    return element instanceof JsonObject object && object.has(name)
        ? new Json(object.get(name))
        : MISSING;
  }

  /** An element of a list. */
  public Json at(int index) {
    List<Json> items = items();
    return index < items.size() ? items.get(index) : MISSING;
  }

  /** A text; empty if it is none. */
  public String text() {
    return element instanceof JsonPrimitive value && value.isString() ? value.getAsString() : "";
  }

  /** A truth; false if it is none. */
  public boolean isTrue() {
    return element instanceof JsonPrimitive value && value.isBoolean() && value.getAsBoolean();
  }

  /** A whole number; empty if it is none, or too large. */
  public OptionalLong number() {
    if (element instanceof JsonPrimitive value && value.isNumber()) {
      try {
        BigDecimal exact = value.getAsBigDecimal();
        return exact.precision() - exact.scale() > 19
            ? OptionalLong.empty()
            : OptionalLong.of(exact.longValueExact());
      } catch (ArithmeticException | NumberFormatException notWhole) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  /** The elements of a list; none if it is none. */
  public List<Json> items() {
    List<Json> items = new ArrayList<>();
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(item -> items.add(new Json(item)));
    }
    return items;
  }

  /** The fields of an object in their order; none if it is none. */
  public Map<String, Json> fields() {
    Map<String, Json> fields = new LinkedHashMap<>();
    if (element instanceof JsonObject object) {
      object.entrySet().forEach(entry -> fields.put(entry.getKey(), new Json(entry.getValue())));
    }
    return fields;
  }

  public boolean isList() {
    return element.isJsonArray();
  }

  public boolean isObject() {
    return element.isJsonObject();
  }

  /** Whether it is there at all. */
  public boolean isPresent() {
    return !element.isJsonNull();
  }

  @Override
  public String toString() {
    return element.toString();
  }
}
