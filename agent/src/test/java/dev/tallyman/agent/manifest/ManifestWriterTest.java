package dev.tallyman.agent.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.proto.v1.Dependency;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.UpdatePolicy;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestWriterTest {

  /** Text that YAML could take for something else, or break. */
  private static final List<String> TEXTS =
      List.of(
          "plain",
          "",
          " ",
          "true",
          "null",
          "~",
          "010",
          "1e3",
          "0x1F",
          "1.10",
          "-",
          "- a",
          "a: b",
          "#c",
          "a #c",
          "[x]",
          "{x}",
          "*a",
          "&a",
          "!t",
          "%d",
          "@x",
          "`x",
          "\"",
          "'",
          "\\",
          "<<",
          "two\nlines",
          "two\nlines\n",
          "\n",
          "tab\t",
          " lead",
          "trail ",
          "ä€😀",
          "\u0007\u0085",
          "no",
          "on",
          "2026-11-22",
          "12:30:45",
          "?",
          "? a",
          ":",
          "a:",
          "\r\n",
          "\u2028",
          "x".repeat(300) + " " + "y".repeat(300));

  @Test
  void aWorkloadIsWrittenAsAPersonWould() throws IOException {
    ManifestReader reader = new ManifestReader(new Faults());
    String yaml =
        """
        stack: hello
        node: worker-1
        workloads:
          - name: web
            image: localhost/hello:1
            pullPolicy: never
            args:
              - -p
              - '8080'
            env:
              GREETING: hello
            resources:
              cpu: 500m
              memory: 64M
              pids: 64
            restart:
              mode: always
              backoff:
                initial: 1s
                max: 30s
            ports:
              - containerPort: 8080
                hostPort: 8088
            stopGracePeriod: 2s
          - name: job
            image: localhost/hello:1
        ---
        stack: other
        workloads:
          - name: web
            image: i
        """;
    reader.readStream("m.yaml", new ByteArrayInputStream(yaml.getBytes(UTF_8)));
    assertThat(ManifestWriter.write(reader.workloads())).isEqualTo(yaml);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsWrittenIsReadAsTheSameWorkloads(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      ManifestWorkload workload =
          new ManifestWorkload(Optional.of(text(random)), workload(random), "");
      String yaml = ManifestWriter.write(List.of(workload));
      Faults faults = new Faults();
      ManifestReader reader = new ManifestReader(faults);
      reader.readStream("m.yaml", new ByteArrayInputStream(yaml.getBytes(UTF_8)));
      assertThat(faults.list()).as(yaml).isEmpty();
      assertThat(reader.workloads().getFirst().workload()).as(yaml).isEqualTo(workload.workload());
      assertThat(reader.workloads().getFirst().node()).as(yaml).isEqualTo(workload.node());
    }
  }

  @Test
  void anEnvironmentWithARepeatedNameKeepsBothValues() {
    WorkloadSpec spec =
        WorkloadSpec.newBuilder()
            .setImage("i")
            .addEnv(EnvVar.newBuilder().setName("A").setValue("1"))
            .addEnv(EnvVar.newBuilder().setName("A").setValue(""))
            .build();
    Workload workload = Workload.newBuilder().setName("a").setSpec(spec).build();
    assertThat(ManifestWriter.write(List.of(new ManifestWorkload(Optional.empty(), workload, ""))))
        .isEqualTo(
            """
            stack: default
            workloads:
              - name: a
                image: i
                env:
                  - name: A
                    value: '1'
                  - name: A
                    value: ''
            """);
  }

  @Test
  void nothingIsWrittenAsNothing() {
    assertThat(ManifestWriter.write(List.of())).isEmpty();
  }

  /** Fails when the contract grows a field whose type or name has no place in manifests. */
  @Test
  void everyFieldOfTheContractHasAFormAndAName() {
    Set<Descriptor> seen = new HashSet<>();
    visit(Workload.getDescriptor(), seen);
    assertThat(seen).hasSizeGreaterThan(4);
    // The stack stands above the workloads, and the control plane counts generations.
    int elsewhere = List.of("stack", "generation", "spec").size();
    assertThat(ManifestReader.fields(Workload.newBuilder(), WorkloadSpec.newBuilder()))
        .hasSize(
            Workload.getDescriptor().getFields().size()
                - elsewhere
                + WorkloadSpec.getDescriptor().getFields().size());
  }

  private static void visit(Descriptor type, Set<Descriptor> seen) {
    if (!seen.add(type)) {
      return;
    }
    Set<String> names = new HashSet<>();
    for (FieldDescriptor field : type.getFields()) {
      assertThat(names.add(FieldForm.nameOf(field))).as(field.getFullName()).isTrue();
      if (FieldForm.of(field) == FieldForm.MESSAGE) {
        visit(field.getMessageType(), seen);
      }
    }
  }

  private static Workload workload(Random random) {
    Workload.Builder workload = Workload.newBuilder().setName(text(random)).setStack("s");
    if (random.nextBoolean()) {
      workload.setUid("u" + random.nextInt(1000));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      workload.putLabels(text(random), text(random));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      workload.addDependencies((Dependency) message(random, Dependency.newBuilder()));
    }
    if (random.nextBoolean()) {
      workload.setUpdate((UpdatePolicy) message(random, UpdatePolicy.newBuilder()));
    }
    return workload.setSpec((WorkloadSpec) message(random, WorkloadSpec.newBuilder())).build();
  }

  private static Message message(Random random, Message.Builder builder) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      if (field.isMapField()) {
        Message.Builder entry = builder.newBuilderForField(field);
        Descriptor type = entry.getDescriptorForType();
        entry.setField(type.findFieldByName("key"), text(random));
        entry.setField(type.findFieldByName("value"), text(random));
        builder.addRepeatedField(field, entry.build());
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--) {
          builder.addRepeatedField(field, value(random, field, builder));
        }
      } else if (random.nextBoolean() || FieldForm.isRequired(field)) {
        builder.setField(field, value(random, field, builder));
      }
    }
    return builder.build();
  }

  private static Object value(Random random, FieldDescriptor field, Message.Builder builder) {
    return switch (FieldForm.of(field)) {
      case TEXT -> text(random);
      case FLAG -> random.nextBoolean();
      case PERMISSIONS -> random.nextInt(07777);
      case CONTENT -> {
        byte[] content = new byte[random.nextInt(20)];
        random.nextBytes(content);
        yield ByteString.copyFrom(content);
      }
      case NUMBER ->
          switch (field.getType()) {
            case INT32 -> random.nextInt(-1000, 1000);
            case UINT32 -> 1 + random.nextInt(65_535);
            default -> (long) random.nextInt(Integer.MAX_VALUE);
          };
      case WORD -> constant(random, field.getEnumType());
      case DURATION ->
          Duration.newBuilder()
              .setSeconds(random.nextInt(100_000))
              .setNanos(random.nextInt(1_000_000_000))
              .build();
      case SIZE ->
          field.getName().equals("memory_swap_bytes") && random.nextBoolean()
              ? -1L
              : (long) random.nextInt(1000) << random.nextInt(40);
      case CPU -> (long) random.nextInt(100_000);
      case MESSAGE -> message(random, builder.newBuilderForField(field));
    };
  }

  private static Object constant(Random random, EnumDescriptor type) {
    return type.getValues().get(1 + random.nextInt(type.getValues().size() - 1));
  }

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()))
        + (random.nextBoolean() ? "" : random.nextInt(9));
  }
}
