package dev.tallyman.compose.translate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.config.yaml.YamlReader;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A project called app in /srv/app whose model was written by hand, in the long form that the
 * loader makes.
 */
record Compose(String model, Map<String, String> environment, Map<Path, String> files) {

  static Compose of(String model) {
    return new Compose(model, Map.of(), Map.of());
  }

  /** A project with one service. */
  static Compose service(String keys) {
    return of("services:\n  web:\n    image: busybox\n" + keys.indent(4));
  }

  Compose withEnvironment(Map<String, String> variables) {
    return new Compose(model, variables, files);
  }

  Compose withFile(String path, String content) {
    return new Compose(model, environment, Map.of(Path.of(path), content));
  }

  Stack stack() {
    return stack("app");
  }

  Stack stack(String projectName) {
    Faults faults = new Faults();
    var documents =
        new YamlReader(new YamlReader.Bounds(16 << 20, 50, 500_000))
            .readText("compose.yaml", model, faults);
    faults.throwIfAny();
    Project project =
        new Project(
            projectName,
            (Mapping) documents.getFirst(),
            Path.of("/srv/app"),
            List.of(Path.of("compose.yaml")),
            environment,
            List.of());
    return new Translator().translate(project, new TranslateOptions(Sources.inMemory(files)));
  }

  /** The workloads by their names. */
  Map<String, Workload> workloads() {
    return stack().workloads().stream().collect(Collectors.toMap(Workload::getName, w -> w));
  }

  /** The workload of that name, which must be there. */
  Workload workload(String name) {
    return requireNonNull(workloads().get(name), name);
  }

  /** What the service web runs. */
  WorkloadSpec web() {
    return workload("web").getSpec();
  }

  /** The faults, each as a line. */
  List<String> faults() {
    FaultsException[] thrown = new FaultsException[1];
    assertThatThrownBy(this::stack)
        .isInstanceOfSatisfying(FaultsException.class, e -> thrown[0] = e);
    return thrown[0].faults().stream().map(Fault::toString).toList();
  }

  /** The warnings, each as a line. */
  List<String> warnings() {
    return stack().warnings().stream().map(Fault::toString).toList();
  }
}
