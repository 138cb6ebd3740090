package dev.tallyman.compose.load;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.math.BigDecimal;

/** A model as JSON, to compare. */
final class ModelJson {

  private ModelJson() {}

  static JsonElement of(YamlValue value) {
    return switch (value) {
      case Scalar scalar ->
          switch (scalar.kind()) {
            case TEXT -> new JsonPrimitive(scalar.text());
            case NUMBER -> new JsonPrimitive(new BigDecimal(scalar.text()));
            case BOOLEAN -> new JsonPrimitive(Boolean.parseBoolean(scalar.text()));
            case NULL -> JsonNull.INSTANCE;
          };
      case Sequence sequence -> {
        JsonArray array = new JsonArray();
        sequence.items().forEach(item -> array.add(of(item)));
        yield array;
      }
      case Mapping mapping -> {
        JsonObject object = new JsonObject();
        mapping.entries().forEach(entry -> object.add(entry.key(), of(entry.value())));
        yield object;
      }
    };
  }

  /** The element at a JSON pointer; null of JSON when there is none. */
  static JsonElement at(JsonElement root, String pointer) {
    JsonElement here = root;
    for (String key : pointer.substring(1).split("/", -1)) {
      String name = key.replace("~1", "/").replace("~0", "~");
      if (here.isJsonObject() && here.getAsJsonObject().has(name)) {
        here = here.getAsJsonObject().get(name);
      } else if (here.isJsonArray()
          && name.matches("\\d{1,6}")
          && Integer.parseInt(name) < here.getAsJsonArray().size()) {
        here = here.getAsJsonArray().get(Integer.parseInt(name));
      } else {
        return JsonNull.INSTANCE;
      }
    }
    return here;
  }

  /** Whether there is nothing, false, or something empty. */
  static boolean isAbsent(JsonElement element) {
    return element.isJsonNull()
        || (element.isJsonArray() && element.getAsJsonArray().isEmpty())
        || (element.isJsonObject() && element.getAsJsonObject().isEmpty())
        || (element.isJsonPrimitive()
            && (element.getAsString().isEmpty() || element.getAsString().equals("false")));
  }

  /** The element without members that are absent, at any depth; numbers by their value. */
  static JsonElement essence(JsonElement element) {
    if (element.isJsonArray()) {
      JsonArray array = new JsonArray();
      element.getAsJsonArray().forEach(item -> array.add(essence(item)));
      return array;
    }
    if (element.isJsonObject()) {
      JsonObject object = new JsonObject();
      element
          .getAsJsonObject()
          .entrySet()
          .forEach(member -> {
            JsonElement inner = essence(member.getValue());
            if (!isAbsent(inner)) {
              object.add(member.getKey(), inner);
            }
          });
      return object;
    }
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      return new JsonPrimitive(
          new BigDecimal(element.getAsString()).stripTrailingZeros().toPlainString());
    }
    return element;
  }
}
