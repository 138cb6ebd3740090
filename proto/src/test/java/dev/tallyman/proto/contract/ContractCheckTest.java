package dev.tallyman.proto.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Breaks the real contract in each way there is, and sees that it is noticed. */
class ContractCheckTest {

  private static final FileDescriptorSet NOW = CurrentContract.descriptors();
  private static final String WORKLOAD_FILE = "tallyman/v1/workload.proto";
  private static final String FLEET_FILE = "tallyman/v1/fleet.proto";

  @Test
  void contract_agrees_with_itself() {
    assertThat(breaksAfter(WORKLOAD_FILE, _ -> {})).isEmpty();
  }

  @Test
  void removed_field_is_refused() {
    assertThat(workload(m -> m.removeField(indexOf(m, "name"))))
        .containsExactly(
            "field tallyman.v1.Workload 2 (name, optional string): removed (expected: it stays)");
  }

  @Test
  void renumbered_field_is_refused() {
    assertThat(field("name", f -> f.setNumber(99)))
        .singleElement()
        .asString()
        .startsWith("field tallyman.v1.Workload 2 ")
        .contains("removed");
  }

  @Test
  void renamed_field_is_refused() {
    assertThat(field("name", f -> f.setName("title")))
        .containsExactly(
            "field tallyman.v1.Workload 2: now \"title, optional string\" (expected: \"name, optional string\")");
  }

  @Test
  void retyped_field_is_refused() {
    assertThat(field("name", f -> f.setType(FieldDescriptorProto.Type.TYPE_BYTES)))
        .singleElement()
        .asString()
        .contains("bytes");
    assertThat(field("spec", f -> f.setTypeName(".tallyman.v1.Resources")))
        .singleElement()
        .asString()
        .contains("Resources");
    assertThat(field("name", f -> f.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)))
        .singleElement()
        .asString()
        .contains("repeated");
  }

  @Test
  void field_that_loses_its_presence_is_refused() {
    assertThat(
            message(
                "WorkloadStatus",
                m ->
                    m.getFieldBuilder(indexOf(m, "exit_code"))
                        .clearProto3Optional()
                        .clearOneofIndex()))
        .singleElement()
        .asString()
        .contains("exit_code")
        .contains("with presence");
  }

  @Test
  void field_that_moves_into_another_oneof_is_refused() {
    assertThat(
            breaksAfter(
                "tallyman/v1/control_plane.proto",
                file ->
                    file.getMessageTypeBuilderList().stream()
                        .filter(m -> m.getName().equals("NodeMessage"))
                        .forEach(m -> m.getFieldBuilder(indexOf(m, "hello")).clearOneofIndex())))
        .singleElement()
        .asString()
        .contains("one of message");
  }

  @Test
  void retired_number_is_not_used_again() {
    Contract now = Contract.of(NOW);
    assertThat(ContractCheck.breaks(now, Set.of("field tallyman.v1.Workload 2"), now))
        .containsExactly(
            "field tallyman.v1.Workload 2: used again for \"name, optional string\" (expected: a number that was never used)");
  }

  @Test
  void removed_numbers_retire_and_nothing_else() {
    FileDescriptorSet without =
        change(WORKLOAD_FILE, file -> file.removeMessageType(indexOfMessage(file, "EnvVar")));
    assertThat(ContractCheck.retiring(Contract.of(NOW), Contract.of(without)))
        .containsExactly(
            "field tallyman.v1.EnvVar 1",
            "field tallyman.v1.EnvVar 2",
            "field tallyman.v1.EnvVar 3");
  }

  @Test
  void removed_message_is_refused() {
    assertThat(breaksAfter(WORKLOAD_FILE, f -> f.removeMessageType(indexOfMessage(f, "EnvVar"))))
        .contains("message tallyman.v1.EnvVar (a message): removed (expected: it stays)");
  }

  @Test
  void removed_or_renamed_enum_value_is_refused() {
    assertThat(phase(e -> e.removeValue(3)))
        .singleElement()
        .asString()
        .contains("enum value tallyman.v1.Phase 3 (PHASE_STARTING): removed");
    assertThat(phase(e -> e.getValueBuilder(3).setName("PHASE_BOOTING")))
        .singleElement()
        .asString()
        .contains("PHASE_BOOTING");
    assertThat(phase(e -> e.getValueBuilder(3).setNumber(77)))
        .singleElement()
        .asString()
        .contains("removed");
  }

  @Test
  void removed_or_changed_method_is_refused() {
    assertThat(breaksAfter(FLEET_FILE, f -> f.getServiceBuilder(0).removeMethod(0)))
        .singleElement()
        .asString()
        .contains("method tallyman.v1.Fleet.ApplyWorkloads")
        .contains("removed");
    assertThat(method(m -> m.setOutputType(".tallyman.v1.Synced"))).hasSize(1);
    assertThat(method(m -> m.setInputType(".tallyman.v1.Synced"))).hasSize(1);
    assertThat(method(m -> m.setServerStreaming(true))).hasSize(1);
    assertThat(method(m -> m.setClientStreaming(true))).hasSize(1);
  }

  @Test
  void removed_service_or_file_is_refused() {
    assertThat(breaksAfter(FLEET_FILE, f -> f.removeService(0)))
        .anyMatch(b -> b.startsWith("service tallyman.v1.Fleet "));
    FileDescriptorSet without =
        FileDescriptorSet.newBuilder()
            .addAllFile(
                NOW.getFileList().stream().filter(f -> !f.getName().equals(FLEET_FILE)).toList())
            .build();
    assertThat(breaks(without)).anyMatch(b -> b.startsWith("file " + FLEET_FILE));
  }

  @Test
  void changed_packages_are_refused() {
    assertThat(breaksAfter(WORKLOAD_FILE, f -> f.setPackage("tallyman.v2")))
        .anyMatch(b -> b.startsWith("file " + WORKLOAD_FILE) && b.contains("tallyman.v2"));
    assertThat(breaksAfter(WORKLOAD_FILE, f -> f.getOptionsBuilder().setJavaPackage("other")))
        .hasSize(1);
  }

  @Test
  void additions_pass_and_are_named() {
    FileDescriptorSet grown =
        change(
            WORKLOAD_FILE,
            file -> {
              file.getMessageTypeBuilder(indexOfMessage(file, "Workload"))
                  .addFieldBuilder()
                  .setName("priority")
                  .setNumber(9)
                  .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                  .setType(FieldDescriptorProto.Type.TYPE_INT32);
              file.addMessageTypeBuilder().setName("Priority");
            });
    assertThat(breaks(grown)).isEmpty();
    assertThat(ContractCheck.additions(Contract.of(NOW), Contract.of(grown)))
        .containsExactly("field tallyman.v1.Workload 9", "message tallyman.v1.Priority");
  }

  private static List<String> workload(Consumer<DescriptorProto.Builder> change) {
    return message("Workload", change);
  }

  private static List<String> message(String name, Consumer<DescriptorProto.Builder> change) {
    return breaksAfter(
        WORKLOAD_FILE,
        file -> change.accept(file.getMessageTypeBuilder(indexOfMessage(file, name))));
  }

  private static List<String> field(String name, Consumer<FieldDescriptorProto.Builder> change) {
    return workload(m -> change.accept(m.getFieldBuilder(indexOf(m, name))));
  }

  private static List<String> phase(Consumer<EnumDescriptorProto.Builder> change) {
    return breaksAfter(
        WORKLOAD_FILE,
        file ->
            file.getEnumTypeBuilderList().stream()
                .filter(e -> e.getName().equals("Phase"))
                .forEach(change));
  }

  private static List<String> method(Consumer<MethodDescriptorProto.Builder> change) {
    return breaksAfter(
        FLEET_FILE, file -> change.accept(file.getServiceBuilder(0).getMethodBuilder(0)));
  }

  private static List<String> breaksAfter(
      String file, Consumer<FileDescriptorProto.Builder> change) {
    return breaks(change(file, change));
  }

  private static List<String> breaks(FileDescriptorSet after) {
    return ContractCheck.breaks(Contract.of(NOW), Set.of(), Contract.of(after));
  }

  private static FileDescriptorSet change(
      String name, Consumer<FileDescriptorProto.Builder> change) {
    FileDescriptorSet.Builder files = NOW.toBuilder();
    files.getFileBuilderList().stream().filter(f -> f.getName().equals(name)).forEach(change);
    return files.build();
  }

  private static int indexOf(DescriptorProto.Builder message, String field) {
    return message.getFieldList().stream()
        .map(FieldDescriptorProto::getName)
        .toList()
        .indexOf(field);
  }

  private static int indexOfMessage(FileDescriptorProto.Builder file, String message) {
    return file.getMessageTypeList().stream()
        .map(DescriptorProto::getName)
        .toList()
        .indexOf(message);
  }
}
