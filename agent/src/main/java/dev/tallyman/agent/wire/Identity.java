package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.Workload;
import dev.tallyman.runtime.Labels;
import java.util.Map;

/** Who a workload is, apart from what it runs. */
record Identity(
    String feed,
    String uid,
    String stack,
    String name,
    Map<String, String> labels,
    long generation) {

  private static final String DEFAULT_STACK = "default";

  /** Reads it, and notes its faults. */
  static Identity read(String feed, Workload message, FieldFaults faults) {
    if (!Form.DNS_LABEL.fits(message.getName())) {
      faults.add("name", message.getName(), Form.DNS_LABEL.expected());
    }
    String stack = stack(message);
    if (!Form.DNS_LABEL.fits(stack)) {
      faults.add("stack", stack, Form.DNS_LABEL.expected() + "; or empty for \"default\"");
    }
    if (message.getGeneration() < 0) {
      faults.add(
          "generation",
          Long.toUnsignedString(message.getGeneration()),
          "at most " + Long.MAX_VALUE);
    }
    return new Identity(
        feed,
        message.getUid(),
        stack,
        message.getName(),
        labels("labels", message.getLabelsMap(), faults),
        message.getGeneration());
  }

  /** The stack of a message, whether it has the form of one or not. */
  static String stack(Workload message) {
    return message.getStack().isEmpty() ? DEFAULT_STACK : message.getStack();
  }

  /** Labels for something at an engine, of which we have some of our own. */
  static Map<String, String> labels(String field, Map<String, String> labels, FieldFaults faults) {
    labels.keySet().stream()
        .filter(key -> key.startsWith(Labels.PREFIX))
        .forEach(key ->
            faults.addDescribed(
                Texts.entry(field, key),
                "a reserved key",
                "no key that begins with \"" + Labels.PREFIX + "\""));
    return Texts.pairs(field, labels, faults);
  }
}
