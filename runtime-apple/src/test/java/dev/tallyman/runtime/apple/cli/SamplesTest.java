package dev.tallyman.runtime.apple.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallyman.runtime.apple.cli.Container.Phase;
import dev.tallyman.runtime.apple.cli.ContainerList.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers of released versions, where the folder with them lies beside the checkout: one folder for
 * each version.
 */
final class SamplesTest {

  private static final List<Path> PLACES =
      List.of(
          Path.of("..", "..", "shared", "apple", "samples"),
          Path.of("..", "..", "..", "shared", "apple", "samples"));

  static Stream<Path> versions() throws IOException {
    for (Path place : PLACES) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> folders = Files.list(place)) {
          return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
      }
    }
    return Stream.of(Path.of("none"));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyListOfContainersIsRead(Path folder) throws IOException, Unreadable {
    String mixed = sample(folder, "list-all.mixed-with-foreign.json");

    assertThat(ContainerList.read(sample(folder, "list-all.empty.json"))).isEmpty();
    assertThat(ContainerList.read(mixed))
        .extracting(Container::name, Container::phase, c -> c.startedAt().isPresent())
        .contains(
            tuple("web-1", new Phase.Running(), true),
            tuple("job-1", new Phase.Stopped(), true),
            tuple("created-1", new Phase.Stopped(), false),
            tuple("buildkit", new Phase.Stopped(), false));
    assertThat(ContainerList.read(mixed)).noneMatch(container -> container.belongsTo("io.example"));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aRunningContainerTellsItsPlacesAndPorts(Path folder) throws IOException, Unreadable {
    Container web = ContainerList.read(sample(folder, "list-all.running.json")).getFirst();

    assertThat(web.image()).isEqualTo("docker.io/library/nginx:1.27");
    assertThat(web.links())
        .containsEntry("default", new Container.Link("192.168.64.3", "192.168.64.1"));
    assertThat(web.ports()).hasSize(2);
    assertThat(web.volumes()).containsExactly("web-data");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void networksVolumesAndImagesAreRead(Path folder) throws IOException, Unreadable {
    assertThat(AssetList.networks(sample(folder, "network-list.json")))
        .extracting(Network::name, Network::isInternal)
        .containsExactlyInAnyOrder(tuple("backend", false), tuple("default", false));
    Volume volume = AssetList.volumes(sample(folder, "volume-list.json")).getFirst();
    assertThat(volume.name()).isEqualTo("web-data");
    assertThat(volume.options()).containsEntry("size", "10G");
    assertThat(volume.labels()).isNotEmpty();
    assertThat(ImageReply.platforms(sample(folder, "image-inspect.json")).orElseThrow())
        .containsExactly("linux/arm64/v8");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theServiceTellsWhetherItRunsAndWhere(Path folder) throws IOException {
    String runs = sample(folder, "system-status.running.json");

    assertThat(FactsReply.isRunning(runs)).isTrue();
    assertThat(FactsReply.appRoot(runs)).isPresent();
    assertThat(FactsReply.server(runs)).isEqualTo(Version.in(sample(folder, "version.txt")));
    for (String down :
        List.of("system-status.not-running.exit1.json", "system-status.unregistered.exit1.json")) {
      assertThat(FactsReply.isRunning(sample(folder, down))).isFalse();
    }
  }

  @Test
  void theShapeOfLaterReleasesIsReadToo() {
    String later =
        """
        {"status": "running", "server": {"version": "container-apiserver version 1.4.1 (x)"},
         "paths": {"appRoot": "/Users/me/app/"}}
        """;

    assertThat(FactsReply.isRunning(later)).isTrue();
    assertThat(FactsReply.appRoot(later)).contains(Path.of("/Users/me/app"));
    assertThat(FactsReply.server(later).orElseThrow()).hasToString("1.4.1");
    assertThat(FactsReply.isRunning("{\"status\": \"not running\"}")).isFalse();
  }

  private static String sample(Path folder, String name) throws IOException {
    assumeTrue(Files.isDirectory(folder), "skipped: no folder of samples lies beside the checkout");
    Path file = folder.resolve(name);
    assumeTrue(Files.exists(file), "skipped: the samples of this version have no " + name);
    return Files.readString(file);
  }
}
