package dev.tallyman.runtime.oci;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The places where engines leave their sockets, in the order in which they are preferred: what the
 * environment names, then Podman, Docker, and the products that run Docker in a virtual machine.
 * Pure, apart from the folder lister that it is given.
 */
final class EnginePlaces {

  /**
   * A place.
   *
   * @param name the runtime's name if an engine is there
   * @param address a socket, as {@code unix://} and a path
   * @param source who says so
   * @param naming who has the last word on the name
   */
  record Place(String name, String address, String source, Naming naming) {}

  /** Who has the last word on a runtime's name. */
  enum Naming {
    /** The place: a product that contains an engine, or a name that somebody configured. */
    PLACE,
    /** The engine: behind a socket of Docker may be a Podman. */
    ENGINE
  }

  /**
   * The host as far as it decides where sockets are.
   *
   * @param env environment variables
   * @param home the user's home folder
   * @param uid the user's number
   * @param os as Java calls it
   * @param folders lists a folder; empty if there is none
   */
  record Host(Map<String, String> env, Path home, long uid, String os, Folders folders) {
    Host {
      env = Map.copyOf(env);
      requireNonNull(home, "home");
      requireNonNull(os, "os");
      requireNonNull(folders, "folders");
    }

    /** The host that this runs on. */
    static Host current() {
      return new Host(
          System.getenv(),
          Path.of(System.getProperty("user.home", "/")),
          currentUid(),
          System.getProperty("os.name", ""),
          EnginePlaces::listFolder);
    }

    private static long currentUid() {
      try {
        return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
      } catch (IOException | UnsupportedOperationException notLinux) {
        // Only Linux puts a user's sockets into a folder that is named by the number.
        return 0;
      }
    }

    private boolean isMac() {
      return os.toLowerCase(Locale.ROOT).startsWith("mac");
    }

    private Optional<String> variable(String name) {
      return Optional.ofNullable(env.get(name)).map(String::strip).filter(v -> !v.isEmpty());
    }

    private Path folder(String variable, String fallback) {
      return variable(variable).map(Path::of).orElse(home.resolve(fallback));
    }
  }

  /** Lists what is in a folder. */
  @FunctionalInterface
  interface Folders {
    List<Path> list(Path folder);
  }

  private final Host host;
  private final List<Place> places = new ArrayList<>();

  private EnginePlaces(Host host) {
    this.host = host;
  }

  /** All places of a host, in order. */
  static List<Place> of(Host host) {
    EnginePlaces found = new EnginePlaces(host);
    found.environment();
    found.podman();
    found.docker();
    found.products();
    return List.copyOf(found.places);
  }

  private void environment() {
    host.variable("DOCKER_HOST")
        .ifPresent(host -> add("docker", host, "DOCKER_HOST", Naming.ENGINE));
    host.variable("CONTAINER_HOST")
        .ifPresent(host -> add("podman", host, "CONTAINER_HOST", Naming.ENGINE));
  }

  private void podman() {
    if (host.isMac()) {
      Path machine = host.home.resolve(".local/share/containers/podman/machine");
      add("podman", machine.resolve("podman.sock"), "Podman machine");
      add("podman", machine.resolve("qemu/podman.sock"), "Podman machine (QEMU)");
      Path temporary = host.folder("TMPDIR", ".").resolve("podman");
      named(temporary, "-api.sock").forEach(path -> add("podman", path, "Podman machine"));
    } else {
      add("podman", Path.of("/run/podman/podman.sock"), "Podman of root");
      add("podman", userRun().resolve("podman/podman.sock"), "Podman of the user");
    }
  }

  private void docker() {
    add("docker", Path.of("/var/run/docker.sock"), "Docker");
    if (!host.isMac()) {
      add("docker", userRun().resolve("docker.sock"), "Docker of the user");
    }
    add("docker", host.home.resolve(".docker/run/docker.sock"), "Docker Desktop");
    if (!host.isMac()) {
      add("docker", host.home.resolve(".docker/desktop/docker.sock"), "Docker Desktop");
    }
  }

  private void products() {
    if (host.isMac()) {
      product("orbstack", host.home.resolve(".orbstack/run/docker.sock"), "OrbStack");
    }
    product(
        "colima", host.folder("COLIMA_HOME", ".colima").resolve("default/docker.sock"), "Colima");
    product(
        "colima",
        host.folder("XDG_CONFIG_HOME", ".config").resolve("colima/default/docker.sock"),
        "Colima");
    product("rancher-desktop", host.home.resolve(".rd/docker.sock"), "Rancher Desktop");
    Path lima = host.folder("LIMA_HOME", ".lima");
    for (Path instance : host.folders.list(lima)) {
      Stream.of("docker.sock", "podman.sock")
          .map(name -> instance.resolve("sock").resolve(name))
          .filter(socket -> host.folders.list(instance.resolve("sock")).contains(socket))
          .forEach(socket -> product("lima", socket, "Lima " + instance.getFileName()));
    }
  }

  private Path userRun() {
    return host.variable("XDG_RUNTIME_DIR").map(Path::of).orElse(Path.of("/run/user/" + host.uid));
  }

  private List<Path> named(Path folder, String ending) {
    return host.folders.list(folder).stream()
        .filter(path -> path.toString().endsWith(ending))
        .toList();
  }

  private void add(String name, Path socket, String source) {
    add(name, "unix://" + socket, source, Naming.ENGINE);
  }

  private void product(String name, Path socket, String source) {
    add(name, "unix://" + socket, source, Naming.PLACE);
  }

  private void add(String name, String address, String source, Naming naming) {
    places.add(new Place(name, address, source, naming));
  }

  private static List<Path> listFolder(Path folder) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(found::add);
    } catch (IOException none) {
      return List.of();
    }
    found.sort(null);
    return found;
  }
}
