package dev.tallyman.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where files are when nobody says otherwise: the system's folders for root, else the user's own
 * after the XDG Base Directory Specification, on macOS too. Daemons and clients share this, so that
 * they find each other. Immutable.
 */
public final class StandardPaths {

  private static final String NAME = "tallyman";

  private final User user;
  private final Path home;
  private final Map<String, String> environment;

  /** Whose folders are meant. */
  public enum User {
    ROOT,
    OTHER
  }

  /**
   * Paths for a user.
   *
   * @param home the user's home folder
   * @param environment for {@code XDG_STATE_HOME}, {@code XDG_CONFIG_HOME} and {@code
   *     XDG_RUNTIME_DIR}; relative ones are ignored, as the specification says
   */
  public StandardPaths(User user, Path home, Map<String, String> environment) {
    this.user = user;
    this.home = home;
    this.environment = Map.copyOf(environment);
  }

  /** Paths for the user who runs this process. */
  public static StandardPaths ofProcess(Map<String, String> environment) {
    return new StandardPaths(
        "root".equals(System.getProperty("user.name")) ? User.ROOT : User.OTHER,
        Path.of(System.getProperty("user.home", "/")),
        environment);
  }

  /** Whose folders these are. */
  public User user() {
    return user;
  }

  /** For what must outlive the process: {@code /var/lib/tallyman}. */
  public Path stateDir() {
    return user == User.ROOT
        ? Path.of("/var/lib", NAME)
        : xdg("XDG_STATE_HOME").orElse(home.resolve(".local/state")).resolve(NAME);
  }

  /** For settings: {@code /etc/tallyman}. */
  public Path configDir() {
    return user == User.ROOT
        ? Path.of("/etc", NAME)
        : xdg("XDG_CONFIG_HOME").orElse(home.resolve(".config")).resolve(NAME);
  }

  /** For sockets: {@code /run/tallyman}. */
  public Path runtimeDir() {
    if (user == User.ROOT) {
      return Path.of("/run", NAME);
    }
    return xdg("XDG_RUNTIME_DIR")
        .map(dir -> dir.resolve(NAME))
        .orElseGet(() -> stateDir().resolve("run"));
  }

  /** The socket of the agent's Node service. */
  public Path nodeSocket() {
    return runtimeDir().resolve("agent.sock");
  }

  /** The socket of the control plane. */
  public Path controlPlaneSocket() {
    return runtimeDir().resolve("control-plane.sock");
  }

  private Optional<Path> xdg(String name) {
    return Optional.ofNullable(environment.get(name)).map(Path::of).filter(Path::isAbsolute);
  }
}
