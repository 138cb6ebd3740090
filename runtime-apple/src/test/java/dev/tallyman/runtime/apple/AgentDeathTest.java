package dev.tallyman.runtime.apple;

import static dev.tallyman.runtime.apple.Scene.awaitExit;
import static dev.tallyman.runtime.apple.Scene.awaiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.apple.system.SystemStarter.Permission;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent is killed, and what it began goes on. */
final class AgentDeathTest {

  @TempDir private Path folder;

  /** Another process: launches one workload, says so, and waits to be killed. */
  static final class StandIn {
    private StandIn() {}

    /**
     * Does so.
     *
     * @param args command of the engine, state directory, uid, script
     */
    public static void main(String[] args) throws InterruptedException {
      ContainerRuntime runtime =
          Scene.runtime(Path.of(args[0]), Path.of(args[1]), Permission.MAY_NOT_START);
      var _ =
          runtime.launch(
              SpecBuilder.spec(args[2], FakeApple.IMAGE)
                  .named("shop", "job")
                  .command(List.of("/bin/sh", "-c"))
                  .args(List.of(args[3]))
                  .build());
      System.out.println("launched");
      Thread.sleep(Duration.ofMinutes(10));
    }
  }

  @Test
  void theExitCodeOfAJobIsKnownAfterItsAgentWasKilledMeanwhile() throws Exception {
    try (Scene scene = Scene.of(folder, "1.0.0")) {
      killAfterLaunch(scene, "job", "sleep 4; exit 7");

      try (ContainerRuntime next = scene.connect()) {
        assertThat(next.find("job").orElseThrow().state())
            .isInstanceOf(InstanceState.Running.class);
        InstanceState.Exited end = awaitExit(next, "job");
        assertThat(end.exitCode()).hasValue(7);
        assertThat(end.finishedAt()).isPresent();
      }
    }
  }

  @Test
  void theExitCodeOfAJobThatEndsWhileNoAgentLivesIsKnownLater() throws Exception {
    try (Scene scene = Scene.of(folder, "0.12.3")) {
      killAfterLaunch(scene, "job", "sleep 1; exit 0");
      String name =
          scene
              .apple()
              .tell("containers")
              .getAsJsonArray()
              .get(0)
              .getAsJsonObject()
              .get("id")
              .getAsString();
      awaiting("the end").until(() -> scene.machines(name) == 0);

      try (ContainerRuntime next = scene.connect()) {
        assertThat(awaitExit(next, "job").exitCode()).hasValue(0);
      }
    }
  }

  @Test
  void withoutItsShimTheExitCodeOfAJobIsUnknownAndNotZero() throws Exception {
    try (Scene scene = Scene.of(folder, "1.0.0")) {
      killAfterLaunch(scene, "job", "sleep 4; exit 0");
      try (var pids = Files.find(scene.state(), 5, (path, _) -> path.endsWith("pid"))) {
        Path pid = pids.findFirst().orElseThrow();
        ProcessHandle shim =
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        List<ProcessHandle> command = shim.children().toList();
        assertThat(shim.destroyForcibly()).isTrue();
        command.forEach(ProcessHandle::destroyForcibly);
      }

      try (ContainerRuntime next = scene.connect()) {
        assertThat(next.find("job").orElseThrow().state())
            .isInstanceOf(InstanceState.Running.class);
        assertThat(awaitExit(next, "job").exitCode()).isEmpty();
      }
    }
  }

  private void killAfterLaunch(Scene scene, String uid, String script) throws Exception {
    Path said = folder.resolve("said");
    Process agent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                StandIn.class.getName(),
                scene.apple().command().toString(),
                scene.state().toString(),
                uid,
                script)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      awaiting("the launch by another process")
          .until(() -> Files.readString(said).contains("launched") || !agent.isAlive());
      assertThat(agent.isAlive()).as(Files.readString(said)).isTrue();
    } finally {
      agent.destroyForcibly();
      assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
