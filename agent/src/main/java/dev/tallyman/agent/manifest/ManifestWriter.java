package dev.tallyman.agent.manifest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Writes workloads as manifests that {@link ManifestReader} reads as the same workloads. The
 * generation is left out: the control plane counts it.
 */
public final class ManifestWriter {

  private ManifestWriter() {}

  /** One document for each run of workloads with the same node and stack. */
  public static String write(List<ManifestWorkload> workloads) {
    List<Map<String, Object>> documents = new ArrayList<>();
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < workloads.size(); i++) {
      ManifestWorkload workload = workloads.get(i);
      if (i == 0 || !head(workload).equals(head(workloads.get(i - 1)))) {
        Map<String, Object> document = head(workload);
        items = new ArrayList<>();
        document.put("workloads", items);
        documents.add(document);
      }
      items.add(workload(workload.workload()));
    }
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setNonPrintableStyle(NonPrintableStyle.ESCAPE)
            .setSchema(new CoreSchema())
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setDereferenceAliases(true)
            .build();
    StringBuilder out = new StringBuilder();
    for (Map<String, Object> document : documents) {
      out.append(out.isEmpty() ? "" : "---\n").append(new Dump(settings).dumpToString(document));
    }
    return out.toString();
  }

  private static Map<String, Object> head(ManifestWorkload workload) {
    Map<String, Object> head = new LinkedHashMap<>();
    String stack = workload.workload().getStack();
    head.put("stack", stack.isEmpty() ? ManifestReader.DEFAULT_STACK : stack);
    workload.node().ifPresent(node -> head.put("node", node));
    return head;
  }

  private static Map<String, Object> workload(Workload workload) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", workload.getName());
    if (!workload.getUid().isEmpty()) {
      fields.put("uid", workload.getUid());
    }
    if (workload.getLabelsCount() > 0) {
      fields.put("labels", new TreeMap<>(workload.getLabelsMap()));
    }
    fields.putAll(message(workload.getSpec()));
    for (String name : List.of("dependencies", "update")) {
      FieldDescriptor field = Workload.getDescriptor().findFieldByName(name);
      if (isSet(workload, field)) {
        fields.put(name, value(field, workload.getField(field)));
      }
    }
    return fields;
  }

  private static Map<String, Object> message(Message message) {
    return message(message, Set.of());
  }

  private static Map<String, Object> message(Message message, Set<String> without) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!without.contains(field.getName())
          && (isSet(message, field) || isMissed(message, field))) {
        fields.put(FieldForm.nameOf(field), value(field, message.getField(field)));
      }
    }
    return fields;
  }

  private static boolean isSet(Message message, FieldDescriptor field) {
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  /** Whether the reader would miss it. */
  private static boolean isMissed(Message message, FieldDescriptor field) {
    return FieldForm.isRequired(field)
        && FieldForm.instead(field)
            .map(message.getDescriptorForType()::findFieldByName)
            .filter(other -> isSet(message, other))
            .isEmpty();
  }

  private static Object value(FieldDescriptor field, Object value) {
    if (!field.isRepeated()) {
      return single(field, value);
    }
    List<?> items = (List<?>) value;
    if (field.isMapField()) {
      return pairs(items);
    }
    if (items.getFirst() instanceof EnvVar) {
      Map<String, Object> env = new LinkedHashMap<>();
      for (Object item : items) {
        EnvVar variable = (EnvVar) item;
        env.put(variable.getName(), variable(variable));
      }
      if (env.size() == items.size()) {
        return env;
      }
    }
    return items.stream().map(item -> single(field, item)).toList();
  }

  private static Map<String, Object> pairs(List<?> entries) {
    Map<String, Object> pairs = new TreeMap<>();
    for (Object item : entries) {
      Message entry = (Message) item;
      pairs.put(
          (String) entry.getField(entry.getDescriptorForType().findFieldByName("key")),
          entry.getField(entry.getDescriptorForType().findFieldByName("value")));
    }
    return pairs;
  }

  private static Object variable(EnvVar variable) {
    return variable.getTemplate().isEmpty()
        ? variable.getValue()
        : message(variable, Set.of("name"));
  }

  private static Object single(FieldDescriptor field, Object value) {
    return FieldForm.of(field) == FieldForm.MESSAGE
        ? message((Message) value)
        : FieldForm.print(field, value);
  }
}
