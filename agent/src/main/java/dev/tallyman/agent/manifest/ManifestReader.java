package dev.tallyman.agent.manifest;

import dev.tallyman.agent.manifest.MessageReader.Target;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.yaml.YamlReader;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads manifests that are to be used together: names and uids must differ over all of them. Each
 * file has at most 4 MiB and 500 000 values, nested at most 50 deep, and no anchors, aliases or
 * tags; it may have several documents. Faults are collected; workloads without a fault of form are
 * returned nevertheless, so look at the faults before you use them. For one thread and one use.
 */
public final class ManifestReader {

  /** The stack of workloads whose manifest names none. */
  public static final String DEFAULT_STACK = "default";

  private static final YamlReader YAML =
      new YamlReader(new YamlReader.Bounds(4 << 20, 50, 500_000));

  private static final List<String> BESIDE_SPEC =
      List.of("name", "uid", "labels", "dependencies", "update");

  private static final List<String> WORDS = List.of("stack", "node", "workloads");

  private final Faults faults;
  private final MessageReader messages;
  private final List<ManifestWorkload> workloads = new ArrayList<>();
  private final Map<String, String> firstByName = new HashMap<>();
  private final Map<String, String> firstByUid = new HashMap<>();

  /** A reader that puts what is wrong into {@code faults}. */
  public ManifestReader(Faults faults) {
    this.faults = faults;
    this.messages = new MessageReader(faults);
  }

  /** Reads a file; one that cannot be read is a fault. */
  public void readFile(Path file) {
    YAML.readFile(file, faults).forEach(this::document);
  }

  /**
   * Reads a stream to its end, and does not close it.
   *
   * @param name how faults call it
   * @throws IOException when the stream fails
   */
  public void readStream(String name, InputStream in) throws IOException {
    YAML.readStream(name, in, faults).forEach(this::document);
  }

  /** All workloads read so far, in their order. */
  public List<ManifestWorkload> workloads() {
    return List.copyOf(workloads);
  }

  private void document(YamlValue value) {
    if (!(value instanceof Mapping document)) {
      faults.add(
          value.place().toString(),
          value.kindName() + " (expected: a mapping with stack, node, workloads)");
      return;
    }
    Map<String, YamlValue> fields = new HashMap<>();
    for (Entry entry : document.entries()) {
      if (WORDS.contains(entry.key())) {
        fields.put(entry.key(), entry.value());
      } else {
        messages.fault(
            entry.place(),
            entry.key(),
            "no such field" + Suggestions.didYouMean(entry.key(), WORDS));
      }
    }
    String stack = text(fields, "stack").orElse(DEFAULT_STACK);
    Optional<String> node = text(fields, "node");
    switch (fields.get("workloads")) {
      case null -> messages.fault(document.place(), "workloads", "missing (expected: a list)");
      case Sequence(var _, List<YamlValue> items) -> {
        for (int i = 0; i < items.size(); i++) {
          workload(items.get(i), "workloads[" + i + "]", stack, node);
        }
      }
      case YamlValue other ->
          messages.fault(other.place(), "workloads", other.kindName() + " (expected: a list)");
    }
  }

  private Optional<String> text(Map<String, YamlValue> fields, String name) {
    return Optional.ofNullable(fields.get(name))
        .flatMap(value -> messages.text(value, name, "text"));
  }

  private void workload(YamlValue value, String path, String stack, Optional<String> node) {
    if (!(value instanceof Mapping mapping)) {
      messages.fault(
          value.place(), path, value.kindName() + " (expected: a mapping with name, image, ...)");
      return;
    }
    Workload.Builder workload = Workload.newBuilder().setStack(stack);
    WorkloadSpec.Builder spec = WorkloadSpec.newBuilder();
    messages.read(mapping, path + ".", fields(workload, spec));
    String where = value.place().toString();
    if (!workload.getName().isEmpty()) {
      String whole = node.orElse("") + "/" + stack + "/" + workload.getName();
      refuseTwice(firstByName, whole, where, path + ".name: " + workload.getName());
    }
    if (!workload.getUid().isEmpty()) {
      refuseTwice(firstByUid, workload.getUid(), where, path + ".uid: " + workload.getUid());
    }
    workloads.add(new ManifestWorkload(node, workload.setSpec(spec).build(), where));
  }

  private void refuseTwice(Map<String, String> firsts, String key, String where, String what) {
    String first = firsts.putIfAbsent(key, where);
    if (first != null) {
      faults.add(where, what + ": given twice, first at " + first);
    }
  }

  /** What a workload has beside its spec stands beside the fields of the spec. */
  static Map<String, Target> fields(Workload.Builder workload, WorkloadSpec.Builder spec) {
    Map<String, Target> fields = new LinkedHashMap<>();
    for (String name : BESIDE_SPEC) {
      fields.put(name, new Target(Workload.getDescriptor().findFieldByName(name), workload));
    }
    fields.putAll(MessageReader.fieldsOf(spec));
    return fields;
  }
}
