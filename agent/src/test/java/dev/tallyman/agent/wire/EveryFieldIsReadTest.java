package dev.tallyman.agent.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.proto.v1.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No field of a workload is dropped in silence: each of them, down to the last message inside,
 * changes what is read, and is written back. A field that is added to the contract fails here until
 * a sample sets it, and then until it is read and written.
 */
class EveryFieldIsReadTest {

  private static final Map<String, FieldDescriptor> PATHS = paths("", Workload.getDescriptor());

  /** The feed's own word for the workload, without which nothing can be said of it. */
  private static final String UID = "uid";

  static Stream<String> fields() {
    return PATHS.keySet().stream();
  }

  static Stream<Workload> samples() {
    return Samples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldChangesWhatIsRead(String path) {
    assertThat(samplesOf(path)).as("a sample that sets " + path).isNotEmpty();
    assertThat(samplesOf(path))
        .as("a sample that is read as another one without " + path)
        .anyMatch(sample -> changesWhatIsRead(sample, path));
  }

  private static boolean changesWhatIsRead(Workload sample, String path) {
    Workload without = changed(sample, path, Message.Builder::clearField);
    if (path.equals(UID)) {
      return WorkloadReader.readAll("test", List.of(without)).unaddressable().size() == 1;
    }
    return switch (WorkloadReader.read("test", without)) {
      case Desired.Refused refused -> refused.message().contains(lastWord(path));
      case Desired.Wanted wanted -> !wanted.equals(WorkloadReader.read("test", sample));
    };
  }

  @ParameterizedTest
  @MethodSource("samples")
  void whatIsReadIsWrittenAsItCame(Workload sample) {
    Desired read = WorkloadReader.read("test", sample);

    assertThat(read).isInstanceOf(Desired.Wanted.class);
    assertThat(WorkloadWriter.write(((Desired.Wanted) read).workload())).isEqualTo(sample);
  }

  @Test
  void aFieldThatOnlyLaterVersionsKnowIsIgnored() throws InvalidProtocolBufferException {
    byte[] later = {(byte) 0xfa, 0x07, 0x01, 0x41};
    Workload message = Samples.ATTACHED.toBuilder().mergeFrom(later).build();

    assertThat(message.getUnknownFields().asMap()).isNotEmpty();
    assertThat(WorkloadReader.read("test", message))
        .isEqualTo(WorkloadReader.read("test", Samples.ATTACHED));
  }

  static Stream<String> enums() {
    return PATHS.entrySet().stream()
        .filter(field -> field.getValue().getJavaType() == JavaType.ENUM)
        .map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("enums")
  void everyEnumValueIsReadAsAnotherOne(String path) {
    Workload.Builder alone = samplesOf(path).getFirst().toBuilder();
    // What stands beside an enum may go with one of its values only.
    alone.getSpecBuilder().getRestartBuilder().clearMaxRestarts();
    if (path.equals("spec.networking.mode")) {
      alone.getSpecBuilder().clearHostname().clearPorts().clearNetworking();
    }
    Map<Desired, String> read = new HashMap<>();
    for (var value :
        requireNonNull(PATHS.get(path)).getEnumType().getValues().stream().skip(1).toList()) {
      Workload message =
          changed(alone.build(), path, (builder, field) -> builder.setField(field, value));
      String before = read.put(WorkloadReader.read("test", message), value.getName());
      assertThat(before).as(path + " " + value.getName()).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("enums")
  void aNumberThatNoEnumKnowsIsRefusedWithTheWordsThatItKnows(String path) {
    Workload message =
        changed(
            samplesOf(path).getFirst(),
            path,
            (builder, field) ->
                builder.setField(
                    field, field.getEnumType().findValueByNumberCreatingIfUnknown(99)));

    Desired read = WorkloadReader.read("test", message);

    assertThat(read).isInstanceOf(Desired.Refused.class);
    assertThat(((Desired.Refused) read).message())
        .contains(lastWord(path) + ": 99 (expected: one of ")
        .doesNotContain("UNSPECIFIED");
  }

  private static List<Workload> samplesOf(String path) {
    return Samples.all().stream().filter(message -> isSet(message, path)).toList();
  }

  private static boolean isSet(Message message, String path) {
    int dot = path.indexOf('.');
    FieldDescriptor field =
        message.getDescriptorForType().findFieldByName(dot < 0 ? path : path.substring(0, dot));
    if (dot < 0) {
      return message.getAllFields().containsKey(field);
    }
    return children(message, field).stream()
        .anyMatch(child -> isSet(child, path.substring(dot + 1)));
  }

  private static List<Message> children(Message message, FieldDescriptor field) {
    List<Message> children = new ArrayList<>();
    if (field.isRepeated()) {
      for (Object child : (List<?>) message.getField(field)) {
        children.add((Message) child);
      }
    } else if (message.hasField(field)) {
      children.add((Message) message.getField(field));
    }
    return children;
  }

  /** The message with a change where the first part that has the field has it. */
  private static Workload changed(
      Workload message, String path, BiConsumer<Message.Builder, FieldDescriptor> change) {
    Workload.Builder builder = message.toBuilder();
    change(builder, path, change);
    return builder.build();
  }

  private static void change(
      Message.Builder builder, String path, BiConsumer<Message.Builder, FieldDescriptor> change) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      change.accept(builder, builder.getDescriptorForType().findFieldByName(path));
      return;
    }
    String rest = path.substring(dot + 1);
    FieldDescriptor field = builder.getDescriptorForType().findFieldByName(path.substring(0, dot));
    if (!field.isRepeated()) {
      change(builder.getFieldBuilder(field), rest, change);
      return;
    }
    for (int i = 0; i < builder.getRepeatedFieldCount(field); i++) {
      if (isSet((Message) builder.getRepeatedField(field, i), rest)) {
        change(builder.getRepeatedFieldBuilder(field, i), rest, change);
        return;
      }
    }
  }

  private static String lastWord(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** All fields by path, those of google's own messages apart, which are values of their own. */
  private static Map<String, FieldDescriptor> paths(String prefix, Descriptor message) {
    Map<String, FieldDescriptor> paths = new LinkedHashMap<>();
    for (FieldDescriptor field : message.getFields()) {
      String path = prefix + field.getName();
      boolean isOurs =
          field.getJavaType() == JavaType.MESSAGE
              && !field.isMapField()
              && field.getMessageType().getFile().getPackage().equals("tallyman.v1");
      if (isOurs) {
        paths.putAll(paths(path + ".", field.getMessageType()));
      } else {
        paths.put(path, field);
      }
    }
    return paths;
  }
}
