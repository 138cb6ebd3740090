package dev.tallyman.runtime.oci;

import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Makes a real engine hang, die and return. */
sealed interface EnginePower extends AutoCloseable {

  /** Where the engine is spoken to. */
  Path socket();

  void hang();

  void resume();

  void goAway();

  void comeBack();

  @Override
  void close();

  /** With signals where this user may send them; else with a proxy in front of the engine. */
  static EnginePower of(TestEngine engine, Path folder) {
    return engine.pidFile().isPresent() && engine.script().isPresent()
        ? new Signals(engine, engine.pidFile().get(), engine.script().get())
        : new Proxy(new FaultProxy(folder.resolve("proxy.sock"), engine.socket()));
  }

  /** The engine's own process is stopped, continued, killed and started again. */
  record Signals(TestEngine engine, Path pidFile, TestEngine.Script script) implements EnginePower {

    @Override
    public Path socket() {
      return engine.socket();
    }

    @Override
    public void hang() {
      signal("STOP");
      await("all threads of the engine to stop")
          .pollInterval(Duration.ofMillis(5))
          .until(this::isStopped);
    }

    private boolean isStopped() {
      try (Stream<Path> threads = Files.list(Path.of("/proc", pid(), "task"))) {
        return threads.allMatch(thread -> {
          try {
            return Files.readString(thread.resolve("stat")).contains(") T ");
          } catch (IOException ended) {
            return true;
          }
        });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String pid() {
      try {
        return Files.readString(pidFile).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void resume() {
      signal("CONT");
    }

    @Override
    public void goAway() {
      signal("KILL");
      await("the engine's end")
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !isAnswering(engine.socket()));
    }

    @Override
    public void comeBack() {
      run(script.file().toString(), "restart", "--dir", script.folder().toString(), engine.kind());
      await("the engine's return")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> isAnswering(engine.socket()));
    }

    @Override
    public void close() {}

    private void signal(String name) {
      run("/bin/kill", "-" + name, pid());
    }
  }

  /** The engine goes on; only its socket does not. */
  record Proxy(FaultProxy proxy) implements EnginePower {

    @Override
    public Path socket() {
      return proxy.socket();
    }

    @Override
    public void hang() {
      proxy.hold();
    }

    @Override
    public void resume() {
      proxy.release();
    }

    @Override
    public void goAway() {
      proxy.goAway();
    }

    @Override
    public void comeBack() {
      proxy.comeBack();
    }

    @Override
    public void close() {
      proxy.close();
    }
  }

  private static boolean isAnswering(Path socket) {
    try {
      return new EngineHttp(socket).get("/_ping").status() == 200;
    } catch (IOException | EngineRefusal away) {
      return false;
    }
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new AssertionError(String.join(" ", command) + " ended with " + code + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
