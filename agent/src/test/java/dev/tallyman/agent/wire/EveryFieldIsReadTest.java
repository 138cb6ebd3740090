package dev.tallyman.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.proto.v1.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No field of a workload is dropped in silence: each of them, down to the last message inside,
 * changes what is read. A field that is added to the contract fails here until it is read.
 */
class EveryFieldIsReadTest {

  private static final String BASE =
      """
      uid: "u1" name: "web" spec {
        image: "busybox"
        restart { mode: RESTART_MODE_ON_FAILURE }
        env { name: "A" value: "1" }
        ports { container_port: 80 host_port: 8080 }
      }
      """;

  /** A text that sets the field to something else than in {@link #BASE}, by the field's path. */
  private static final Map<String, String> OTHER =
      Map.ofEntries(
          Map.entry("uid", "uid: 'u2'"),
          Map.entry("name", "name: 'db'"),
          Map.entry("stack", "stack: 'shop'"),
          Map.entry("labels", "labels { key: 'k' value: 'v' }"),
          Map.entry("generation", "generation: 7"),
          Map.entry("spec.image", "spec { image: 'alpine' }"),
          Map.entry("spec.pull_policy", "spec { pull_policy: PULL_POLICY_ALWAYS }"),
          Map.entry("spec.command", "spec { command: 'sh' }"),
          Map.entry("spec.args", "spec { args: '-c' }"),
          Map.entry("spec.env.name", "spec { env { name: 'B' } }"),
          Map.entry("spec.env.value", "spec { env { name: 'B' value: '2' } }"),
          Map.entry("spec.working_dir", "spec { working_dir: '/srv' }"),
          Map.entry("spec.user", "spec { user: '1000:1000' }"),
          Map.entry("spec.isolation", "spec { isolation: ISOLATION_MICROVM }"),
          Map.entry("spec.runtime", "spec { runtime: 'podman' }"),
          Map.entry("spec.resources.cpu_millis", "spec { resources { cpu_millis: 500 } }"),
          Map.entry("spec.resources.memory_bytes", "spec { resources { memory_bytes: 4096 } }"),
          Map.entry("spec.resources.pids", "spec { resources { pids: 10 } }"),
          Map.entry("spec.restart.mode", "spec { restart { mode: RESTART_MODE_NO } }"),
          Map.entry("spec.restart.max_restarts", "spec { restart { max_restarts: 3 } }"),
          Map.entry(
              "spec.restart.backoff.initial",
              "spec { restart { backoff { initial { seconds: 1 } } } }"),
          Map.entry(
              "spec.restart.backoff.max", "spec { restart { backoff { max { seconds: 60 } } } }"),
          Map.entry(
              "spec.restart.backoff.reset_after",
              "spec { restart { backoff { reset_after { seconds: 5 } } } }"),
          Map.entry("spec.ports.container_port", "spec { ports { container_port: 81 } }"),
          Map.entry(
              "spec.ports.host_port", "spec { ports { container_port: 80 host_port: 8081 } }"),
          Map.entry(
              "spec.ports.host_ip",
              "spec { ports { container_port: 80 host_port: 8080 host_ip: '0.0.0.0' } }"),
          Map.entry(
              "spec.ports.protocol",
              "spec { ports { container_port: 80 host_port: 8080 protocol: PORT_PROTOCOL_UDP } }"),
          Map.entry("spec.stop_signal", "spec { stop_signal: 'SIGINT' }"),
          Map.entry("spec.stop_grace_period", "spec { stop_grace_period { seconds: 3 } }"));

  static Stream<String> fields() {
    return paths("", Workload.getDescriptor()).keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldChangesWhatIsRead(String path) throws TextFormat.ParseException {
    String other = OTHER.get(path);
    assertThat(other).as("a sample of the field " + path).isNotNull();
    Desired before = WorkloadReader.read(base().build());
    Workload.Builder changed = base();
    TextFormat.merge(other, changed);

    Desired after = WorkloadReader.read(changed.build());

    assertThat(after).isInstanceOf(Desired.Wanted.class).isNotEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldComesBackFromAMessageThatWasWritten(String path) throws TextFormat.ParseException {
    Workload.Builder changed = base();
    TextFormat.merge(OTHER.getOrDefault(path, ""), changed);
    Desired read = WorkloadReader.read(changed.build());

    Workload written = WorkloadWriter.write(((Desired.Wanted) read).workload());

    assertThat(WorkloadReader.read(written)).isEqualTo(read);
  }

  @Test
  void aFieldThatOnlyLaterVersionsKnowIsIgnored() throws InvalidProtocolBufferException {
    byte[] later = {(byte) 0xfa, 0x07, 0x01, 0x41};
    Workload message = base().mergeFrom(later).build();

    assertThat(message.getUnknownFields().asMap()).isNotEmpty();
    assertThat(WorkloadReader.read(message)).isEqualTo(WorkloadReader.read(base().build()));
  }

  @Test
  void everyEnumValueIsReadAsAnotherOne() {
    for (Map.Entry<String, FieldDescriptor> field :
        paths("", Workload.getDescriptor()).entrySet()) {
      if (field.getValue().getJavaType() != FieldDescriptor.JavaType.ENUM
          || field.getKey().startsWith("spec.ports")) {
        continue;
      }
      Map<Desired, String> read = new HashMap<>();
      for (var value : field.getValue().getEnumType().getValues().stream().skip(1).toList()) {
        String[] path = field.getKey().split("\\.", -1);
        DynamicMessage.Builder message = DynamicMessage.newBuilder(base().build());
        set(message, List.of(path), value);
        String before = read.put(read(message), value.getName());
        assertThat(before).as(field.getKey() + " " + value.getName()).isNull();
      }
      assertThat(read.keySet()).allMatch(Desired.Wanted.class::isInstance);
    }
  }

  private static Desired read(DynamicMessage.Builder message) {
    try {
      return WorkloadReader.read(Workload.parseFrom(message.build().toByteString()));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static void set(DynamicMessage.Builder message, List<String> path, Object value) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(path.getFirst());
    if (path.size() == 1) {
      message.setField(field, value);
    } else {
      DynamicMessage.Builder inner =
          DynamicMessage.newBuilder((com.google.protobuf.Message) message.getField(field));
      set(inner, path.subList(1, path.size()), value);
      message.setField(field, inner.build());
    }
  }

  /** All fields by path, those of google's own messages apart, which are values of their own. */
  private static Map<String, FieldDescriptor> paths(String prefix, Descriptor message) {
    Map<String, FieldDescriptor> paths = new LinkedHashMap<>();
    for (FieldDescriptor field : new ArrayList<>(message.getFields())) {
      String path = prefix + field.getName();
      boolean isOurs =
          field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
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

  private static Workload.Builder base() {
    Workload.Builder base = Workload.newBuilder();
    try {
      TextFormat.merge(BASE, base);
    } catch (TextFormat.ParseException e) {
      throw new AssertionError(e);
    }
    return base;
  }
}
