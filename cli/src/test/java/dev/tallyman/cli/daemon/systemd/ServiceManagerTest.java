package dev.tallyman.cli.daemon.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.cli.daemon.Pulse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What systemd hears, by a real socket. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "skipped: only Linux has systemd")
class ServiceManagerTest {

  private static final long PID = 4711;

  private static String address(Path folder, String kind) {
    return kind.equals("path")
        ? folder.resolve("notify").toString()
        : "@tallyman-test-" + UUID.randomUUID();
  }

  @ParameterizedTest
  @ValueSource(strings = {"path", "abstract"})
  void whatADaemonSaysArrivesInItsOrder(String kind, @TempDir Path folder) {
    String address = address(folder, kind);
    try (Listener systemd = new Listener(address);
        ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", address), PID)) {
      manager.ready();
      manager.status("all is\nwell");
      manager.status("all is\nwell");
      manager.alive();
      manager.stopping();
      manager.extend(Duration.ofSeconds(30));
      systemd.awaitMessage("EXTEND_TIMEOUT_USEC");
      assertThat(systemd.heard())
          .containsExactly(
              "READY=1",
              "STATUS=all is well",
              "WATCHDOG=1",
              "STOPPING=1",
              "EXTEND_TIMEOUT_USEC=30000000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere/at/all", "relative", "vsock:2:1234", "@"})
  void whoCannotBeReachedIsNoReasonToFail(String address) {
    try (ServiceManager manager =
        ServiceManager.of(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", "1000000"), PID)) {
      manager.ready();
      manager.status("fine");
      manager.stopping();
    }
  }

  @Test
  void aPathThatIsTooLongForASocketIsNoReasonToFail() {
    try (ServiceManager manager =
        ServiceManager.of(Map.of("NOTIFY_SOCKET", "/" + "x".repeat(200)), PID)) {
      assertThat(manager.isThere()).isFalse();
      manager.ready();
    }
  }

  @Test
  void aListenerThatDoesNotReadHoldsNobodyUp(@TempDir Path folder) {
    String address = folder.resolve("full").toString();
    try (Listener _ = new Listener(address, Listener.Ears.DEAF);
        ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", address), PID)) {
      // More than a socket holds; any of these would block for ever.
      for (int i = 0; i < 5; i++) {
        manager.status("x".repeat(100_000) + i);
      }
    }
  }

  @Test
  void withoutASocketNothingIsThere() {
    try (ServiceManager manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "1000000"), PID)) {
      assertThat(manager.isThere()).isFalse();
      assertThat(manager.watchdog()).isEmpty();
      manager.ready();
    }
  }

  @Test
  void aWatchdogIsTheProcessItIsMeantFor(@TempDir Path folder) {
    String address = folder.resolve("nobody").toString();
    assertThat(watchdog(address, "2000000", Long.toString(PID))).contains(Duration.ofSeconds(2));
    assertThat(watchdog(address, "2000000", "1")).isEmpty();
    assertThat(watchdog(address, "soon", Long.toString(PID))).isEmpty();
    assertThat(watchdog(address, "0", Long.toString(PID))).isEmpty();
  }

  private static Optional<Duration> watchdog(String address, String micros, String pid) {
    try (ServiceManager manager =
        ServiceManager.of(
            Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid), PID)) {
      return manager.watchdog();
    }
  }

  /** A daemon's inner works, which the test can stop. */
  private static final class Works implements Pulse {
    private final AtomicBoolean turning = new AtomicBoolean();
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public boolean beats() {
      looks.incrementAndGet();
      return turning.get();
    }

    @Override
    public String status() {
      return "3 workloads wanted";
    }

    @Override
    public String whereItHangs() {
      return "in the test";
    }

    /** What was said because of former looks has been said then. */
    void awaitLooks() {
      int before = looks.get();
      await().until(() -> looks.get() >= before + 3);
    }
  }

  @Test
  void whatDoesNotTurnIsNeitherReadyNorAlive(@TempDir Path folder) {
    String address = folder.resolve("notify").toString();
    Works works = new Works();
    try (Listener systemd = new Listener(address);
        ServiceManager manager =
            ServiceManager.of(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", "60000"), PID);
        Supervision _ = Supervision.start(manager, works)) {
      works.awaitLooks();
      assertThat(systemd.heard()).isEmpty();

      works.turning.set(true);
      systemd.awaitMessage("WATCHDOG=1");
      assertThat(systemd.heard()).startsWith("STATUS=3 workloads wanted", "READY=1", "WATCHDOG=1");

      works.turning.set(false);
      works.awaitLooks();
      manager.status("first mark");
      systemd.awaitMessage("STATUS=first mark");
      systemd.forget();
      works.awaitLooks();
      manager.status("second mark");
      systemd.awaitMessage("STATUS=second mark");
      assertThat(systemd.heard()).containsExactly("STATUS=second mark");

      works.turning.set(true);
      systemd.awaitMessage("WATCHDOG=1");
      assertThat(systemd.heard()).doesNotContain("READY=1");
    }
  }
}
