package dev.tallyman.runtime.oci.assets;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.Json;
import java.util.Map;

/**
 * Whose a network or volume is: a stack's of a node.
 *
 * @param node name of the node
 * @param stack name of the stack
 */
record Owner(String node, String stack) {

  /** The labels by which it is known, besides those that the spec wants. */
  JsonObject labels(Map<String, String> further) {
    JsonObject labels = new JsonObject();
    further.forEach(labels::addProperty);
    labels.addProperty(Labels.NODE, node);
    labels.addProperty(Labels.STACK, stack);
    return labels;
  }

  /** Whether what carries the labels is this owner's. */
  boolean owns(Json labels) {
    return labels.at(Labels.NODE).text().equals(node)
        && labels.at(Labels.STACK).text().equals(stack);
  }

  /** Who owns what carries the labels, for people. */
  static String holder(Json labels) {
    String stack = labels.at(Labels.STACK).text();
    String node = labels.at(Labels.NODE).text();
    return node.isEmpty() || stack.isEmpty()
        ? "was made by somebody else"
        : "belongs to stack " + stack + " of node " + node;
  }

  /** The filter for all that carries the label of a node. */
  static String filter(String node) {
    return filter("label", Labels.NODE + "=" + node);
  }

  static String filter(String field, String value) {
    JsonArray values = new JsonArray();
    values.add(value);
    JsonObject filter = new JsonObject();
    filter.add(field, values);
    return EngineHttp.encode(filter.toString());
  }
}
