package dev.tallyman.agent.manifest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.tallyman.proto.v1.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Paths of fields, as the contract and as manifests write them. */
public final class FieldPaths {

  private FieldPaths() {}

  /**
   * The path in a manifest's workload of a field of {@link Workload}: {@code
   * spec.resources.memory_bytes} is {@code resources.memory}. From the first word on that is no
   * field, the path stays as it is.
   */
  public static String inManifest(String path) {
    List<String> words = Arrays.asList(path.split("\\.", -1));
    List<String> translated = new ArrayList<>();
    Optional<Descriptor> type = Optional.of(Workload.getDescriptor());
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int bracket = word.indexOf('[');
      String name = bracket < 0 ? word : word.substring(0, bracket);
      Optional<FieldDescriptor> field =
          type.flatMap(known -> Optional.ofNullable(known.findFieldByName(name)));
      if (field.isEmpty()) {
        translated.addAll(words.subList(i, words.size()));
        break;
      }
      if (!field.get().getFullName().equals("tallyman.v1.Workload.spec")) {
        translated.add(FieldForm.nameOf(field.get()) + word.substring(name.length()));
      }
      type =
          field
              .filter(known -> known.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
              .map(FieldDescriptor::getMessageType);
    }
    return String.join(".", translated);
  }
}
