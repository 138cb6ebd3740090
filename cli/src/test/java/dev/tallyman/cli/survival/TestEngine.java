package dev.tallyman.cli.survival;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A real engine that the environment offers to tests, as {@code scripts/engines env} prints it.
 *
 * @param kind {@code docker} or {@code podman}
 * @param socket where it is spoken to
 */
record TestEngine(String kind, Path socket) {

  private static final Duration SOON = Duration.ofMinutes(1);

  /** Skips the test where there is none; with {@code CI=true} that is a failure. */
  static TestEngine of(String kind) {
    String name = "TALLYMAN_TEST_" + kind.toUpperCase(Locale.ROOT);
    Optional<String> address = variable(name);
    if (address.isEmpty()) {
      lacking(variable(name + "_SKIP").orElse(name + " is not set"));
    }
    return new TestEngine(kind, Path.of(address.orElseThrow().replaceFirst("^unix://", "")));
  }

  /** Skips the test that needs this; with {@code CI=true} that is a failure. */
  static void lacking(String reason) {
    if (variable("CI").filter("true"::equals).isPresent()) {
      fail("CI needs this: " + reason);
    }
    abort("skipped: " + reason);
  }

  /** Why it may not be killed here: it is not private, or another user's. */
  Optional<String> immortal() {
    return variable(pidVariable()).isPresent() && variable("TALLYMAN_TEST_ENGINES").isPresent()
        ? Optional.empty()
        : Optional.of(
            kind + " is not to be killed: it is not private, or this user may not signal it");
  }

  /**
   * Whether its containers end when it returns. Docker's do, Podman's service has no part in them.
   */
  boolean endsContainersWhenItReturns() {
    return kind.equals("docker");
  }

  /** SIGKILL to its daemon. */
  void kill() {
    try {
      long pid = Long.parseLong(Files.readString(Path.of(needed(pidVariable()))).strip());
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    await("the end of " + kind).atMost(SOON).until(() -> !listens());
  }

  /** Starts it again with what it had. */
  void comeBack() {
    Command.run(
        needed("TALLYMAN_TEST_ENGINES"),
        "restart",
        "--dir",
        needed("TALLYMAN_TEST_ENGINES_DIR"),
        kind);
  }

  private boolean listens() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException refused) {
      return false;
    }
  }

  private String pidVariable() {
    return "TALLYMAN_TEST_" + kind.toUpperCase(Locale.ROOT) + "_PID";
  }

  private static String needed(String name) {
    return variable(name).orElseThrow(() -> new AssertionError(name + " is not set"));
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name));
  }
}
