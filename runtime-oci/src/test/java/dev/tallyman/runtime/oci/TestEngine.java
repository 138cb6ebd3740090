package dev.tallyman.runtime.oci;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A real engine that the environment offers to tests, as {@code scripts/engines env} prints it.
 * Without one its tests are skipped with the reason; with {@code CI=true} they fail.
 *
 * @param kind {@code docker} or {@code podman}
 * @param socket its unix socket
 * @param image an image that it has, with busybox and no entrypoint
 */
record TestEngine(String kind, Path socket, String image) {

  private static final String UNIX = "unix://";

  static TestEngine docker() {
    return of("docker");
  }

  static TestEngine podman() {
    return of("podman");
  }

  static TestEngine of(String kind) {
    return find(kind, variableOf(kind));
  }

  /** The file with the number of its process, if this user may send it signals. */
  Optional<Path> pidFile() {
    return variable(variableOf(kind) + "_PID").map(Path::of);
  }

  /** The script that can start it again, and the folder that it needs to be told. */
  Optional<Script> script() {
    return variable("TALLYMAN_TEST_ENGINES")
        .flatMap(script ->
            variable("TALLYMAN_TEST_ENGINES_DIR")
                .map(folder -> new Script(Path.of(script), Path.of(folder))));
  }

  /** Of {@code scripts/engines}. */
  record Script(Path file, Path folder) {}

  private static TestEngine find(String kind, String variable) {
    Optional<String> address = variable(variable);
    if (address.isEmpty()) {
      skip(
          variable(variable + "_SKIP")
              .orElse(
                  variable
                      + " is not set: run scripts/engines up, and eval its scripts/engines env"));
    }
    String value = address.orElseThrow();
    return new TestEngine(
        kind,
        Path.of(value.startsWith(UNIX) ? value.substring(UNIX.length()) : value),
        variable("TALLYMAN_TEST_IMAGE").orElse("localhost/tallyman-test:1"));
  }

  private static void skip(String reason) {
    if (variable("CI").filter("true"::equals).isPresent()) {
      fail("CI needs this engine: " + reason);
    } else {
      abort("skipped: " + reason);
    }
  }

  private static String variableOf(String kind) {
    return switch (kind) {
      case "docker" -> "TALLYMAN_TEST_DOCKER";
      case "podman" -> "TALLYMAN_TEST_PODMAN";
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }
}
