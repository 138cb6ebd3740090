package dev.tallyman.runtime.oci.request;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.Map;

/** Parts of a request. */
final class Fields {

  private Fields() {}

  static JsonArray array(Collection<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  static JsonObject object(Map<String, String> values) {
    JsonObject object = new JsonObject();
    values.forEach(object::addProperty);
    return object;
  }

  /** Sets a list unless it is empty. */
  static void list(JsonObject in, String field, Collection<String> values) {
    if (!values.isEmpty()) {
      in.add(field, array(values));
    }
  }

  /** Sets a map unless it is empty. */
  static void map(JsonObject in, String field, Map<String, String> values) {
    if (!values.isEmpty()) {
      in.add(field, object(values));
    }
  }

  /** Sets a number unless it is 0. */
  static void number(JsonObject in, String field, long value) {
    if (value != 0) {
      in.addProperty(field, value);
    }
  }
}
