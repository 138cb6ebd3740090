package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tallyman.runtime.oci.EnginePlaces.Host;
import dev.tallyman.runtime.oci.EnginePlaces.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnginePlacesTest {

  private static final Path HOME = Path.of("/home/ann");

  @Test
  void onLinuxPodmanComesBeforeDockerAndDockerBeforeItsProducts() {
    assertThat(addresses(host(Map.of("XDG_RUNTIME_DIR", "/run/user/1000"), "Linux")))
        .containsExactly(
            "podman unix:///run/podman/podman.sock",
            "podman unix:///run/user/1000/podman/podman.sock",
            "docker unix:///var/run/docker.sock",
            "docker unix:///run/user/1000/docker.sock",
            "docker unix:///home/ann/.docker/run/docker.sock",
            "docker unix:///home/ann/.docker/desktop/docker.sock",
            "colima unix:///home/ann/.colima/default/docker.sock",
            "colima unix:///home/ann/.config/colima/default/docker.sock",
            "rancher-desktop unix:///home/ann/.rd/docker.sock");
  }

  @Test
  void onAMacPodmanIsInItsMachine() {
    assertThat(
            addresses(
                new Host(
                    Map.of("TMPDIR", "/var/folders/x/T/"),
                    HOME,
                    501,
                    "Mac OS X",
                    folder ->
                        folder.equals(Path.of("/var/folders/x/T/podman"))
                            ? List.of(
                                folder.resolve("podman-machine-default-api.sock"),
                                folder.resolve("podman-machine-default.sock"))
                            : List.of())))
        .containsExactly(
            "podman unix:///home/ann/.local/share/containers/podman/machine/podman.sock",
            "podman unix:///home/ann/.local/share/containers/podman/machine/qemu/podman.sock",
            "podman unix:///var/folders/x/T/podman/podman-machine-default-api.sock",
            "docker unix:///var/run/docker.sock",
            "docker unix:///home/ann/.docker/run/docker.sock",
            "orbstack unix:///home/ann/.orbstack/run/docker.sock",
            "colima unix:///home/ann/.colima/default/docker.sock",
            "colima unix:///home/ann/.config/colima/default/docker.sock",
            "rancher-desktop unix:///home/ann/.rd/docker.sock");
  }

  @Test
  void whatTheEnvironmentNamesComesFirst() {
    List<String> addresses =
        addresses(
            host(
                Map.of("CONTAINER_HOST", "unix:///c.sock", "DOCKER_HOST", " tcp://h:2375 "),
                "Linux"));

    assertThat(addresses).startsWith("docker tcp://h:2375", "podman unix:///c.sock");
  }

  @Test
  void anEmptyVariableIsNone() {
    assertThat(addresses(host(Map.of("DOCKER_HOST", " ", "XDG_RUNTIME_DIR", ""), "Linux")))
        .first()
        .isEqualTo("podman unix:///run/podman/podman.sock");
    assertThat(addresses(host(Map.of("XDG_RUNTIME_DIR", ""), "Linux")))
        .contains("podman unix:///run/user/1000/podman/podman.sock");
  }

  @Test
  void productsMayLiveElsewhere() {
    assertThat(addresses(host(Map.of("COLIMA_HOME", "/c", "XDG_CONFIG_HOME", "/x"), "Linux")))
        .contains(
            "colima unix:///c/default/docker.sock", "colima unix:///x/colima/default/docker.sock");
  }

  @Test
  void everyMachineOfLimaWithASocketIsAPlace() {
    Path lima = HOME.resolve(".lima");
    Map<Path, List<Path>> folders =
        Map.of(
            lima,
            List.of(lima.resolve("_config"), lima.resolve("default"), lima.resolve("pod")),
            lima.resolve("default/sock"),
            List.of(lima.resolve("default/sock/docker.sock")),
            lima.resolve("pod/sock"),
            List.of(lima.resolve("pod/sock/podman.sock")));
    Host host = new Host(Map.of(), HOME, 1000, "Linux", f -> folders.getOrDefault(f, List.of()));

    assertThat(EnginePlaces.of(host))
        .filteredOn(place -> place.name().equals("lima"))
        .extracting(Place::address, Place::source)
        .containsExactly(
            tuple("unix:///home/ann/.lima/default/sock/docker.sock", "Lima default"),
            tuple("unix:///home/ann/.lima/pod/sock/podman.sock", "Lima pod"));
  }

  private static Host host(Map<String, String> env, String os) {
    return new Host(env, HOME, 1000, os, folder -> List.of());
  }

  private static List<String> addresses(Host host) {
    return EnginePlaces.of(host).stream().map(p -> p.name() + " " + p.address()).toList();
  }
}
