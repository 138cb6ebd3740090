package dev.tallyman.cli.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.oci.files.MemoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a node without workloads, and daemons that have ended, must not leave on the host. */
final class Leftovers {

  private static final Duration SOON = Duration.ofMinutes(1);

  private final TestEngine engine;
  private final EngineView view;
  private final String node;
  private final List<String> nameServersBefore;

  /** Notes what others have. */
  Leftovers(TestEngine engine, EngineView view, String node) {
    this.engine = engine;
    this.view = view;
    this.node = node;
    this.nameServersBefore = nameServers();
  }

  /**
   * Containers, networks, processes and files of workloads.
   *
   * <p>Podman that is killed while it begins a container may leave its conmon waiting for ever,
   * which no call of its API reaches; there is no process of the workload then.
   *
   * @param engineKills how often the engine was killed
   */
  void requireNoneOfWorkloads(Set<String> containers, int engineKills) {
    // A container's keeper ends a little after its container was removed.
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          assertThat(view.containers()).as("containers").isEmpty();
          assertThat(view.networks()).as("networks").isEmpty();
          assertThat(HostProcesses.marked(Wanted.MARK, node + "/")).as("processes").isEmpty();
          List<String> keepers =
              HostProcesses.commandLines(line -> containers.stream().anyMatch(line::contains));
          assertThat(keepers)
              .as("processes that keep containers")
              .hasSizeLessThanOrEqualTo(engineKills)
              .allMatch(line -> line.contains("/conmon "));
          assertThat(nameServers()).as("name servers").isEqualTo(nameServersBefore);
          assertThat(
                  files(
                      MemoryFiles.directory(
                          System.getenv(), System.getProperty("user.name"), node)))
              .as("files of workloads in memory")
              .isEmpty();
        });
  }

  /** Sockets, and files that were being written. */
  static void requireNoneOfDaemons(Daemons ended) {
    assertThat(ended.nodeSocket()).doesNotExist();
    assertThat(ended.controlPlaneSocket()).doesNotExist();
    assertThat(files(ended.stateDir()))
        .extracting(file -> String.valueOf(file.getFileName()))
        .allMatch(name -> name.matches("agent\\.lock|(desired-[a-z-]+|history|identity)\\.bin"));
  }

  /** Of the networks of this engine. */
  private List<String> nameServers() {
    String own = String.valueOf(engine.socket().getParent());
    return HostProcesses.commandLines(line -> line.contains("aardvark-dns") && line.contains(own));
  }

  private static List<Path> files(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
