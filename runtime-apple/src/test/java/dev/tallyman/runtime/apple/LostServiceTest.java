package dev.tallyman.runtime.apple;

import static dev.tallyman.runtime.apple.Scene.awaitAnswer;
import static dev.tallyman.runtime.apple.Scene.awaitExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.shim.Folders;
import dev.tallyman.runtime.testkit.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The system service goes away, comes back, and was never there. */
final class LostServiceTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"0.12.3", "1.0.0"})
  void whatTheServiceLostSightOfIsRemovedByForceAndMadeAgain(String version) {
    try (Scene scene = Scene.of(folder, version);
        ContainerRuntime runtime = scene.connect()) {
      InstanceSpec spec = scene.spec("svc", new Program.RunsForever()).env("A", "1").build();
      Instance before = runtime.launch(spec);
      String pid = scene.fixture().truth(before).get("pid").getAsString();
      var _ = scene.apple().tell("server", "crashed");
      var _ = scene.apple().tell("server", "up");
      awaitAnswer(runtime);

      assertThat(awaitExit(runtime, "svc").exitCode()).isEmpty();
      assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isPresent();
      Instance again = runtime.start("svc");

      assertThat(again.state()).isInstanceOf(InstanceState.Running.class);
      assertThat(again.id()).isEqualTo(before.id());
      assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(scene.fixture().lookInto(again).environment()).containsEntry("A", "1");
    }
  }

  @Test
  void withoutOurFolderWhatWasLostIsRemovedAndLaunchedAnew() {
    try (Scene scene = Scene.of(folder, "1.0.0")) {
      InstanceSpec spec = scene.spec("svc", new Program.RunsForever()).build();
      try (ContainerRuntime first = scene.connect()) {
        var _ = first.launch(spec);
      }
      var _ = scene.apple().tell("server", "crashed");
      var _ = scene.apple().tell("server", "up");
      Folders.remove(scene.state());
      try (ContainerRuntime second = scene.connect()) {
        awaitAnswer(second);

        assertThat(second.launch(spec).state()).isInstanceOf(InstanceState.Running.class);
        assertThat(second.list()).hasSize(1);
        JsonObject truth = scene.apple().truth(spec.instanceName()).orElseThrow();
        assertThat(truth.get("alive").getAsBoolean()).isTrue();
      }
    }
  }

  @Test
  void theHostsRebootIsSurvived() {
    try (Scene scene = Scene.of(folder, "1.0.0");
        ContainerRuntime runtime = scene.connect()) {
      InstanceSpec job = scene.spec("job", new Program.ExitsWith(6)).build();
      InstanceSpec service = scene.spec("svc", new Program.RunsForever()).build();
      var _ = runtime.launch(job);
      assertThat(awaitExit(runtime, "job").exitCode()).hasValue(6);
      var _ = runtime.launch(service);

      var _ = scene.apple().tell("reboot");
      var _ = scene.apple().tell("server", "up");
      awaitAnswer(runtime);

      assertThat(awaitExit(runtime, "job").exitCode()).hasValue(6);
      assertThat(awaitExit(runtime, "svc").exitCode()).isEmpty();
      assertThat(runtime.start("svc").state()).isInstanceOf(InstanceState.Running.class);
    }
  }

  @Test
  void aServiceThatDoesNotRunIsStartedIfThatIsAllowed() {
    try (Scene scene = Scene.of(folder, "1.0.0", "--down")) {
      try (ContainerRuntime forbidden = scene.connect()) {
        assertThatThrownBy(forbidden::list)
            .isInstanceOf(RuntimeFailure.Unavailable.class)
            .hasMessageContaining("container system start");
        assertThatThrownBy(forbidden::ping).isInstanceOf(RuntimeFailure.Unavailable.class);
      }
      try (ContainerRuntime allowed = scene.connectWithPermission()) {
        assertThatThrownBy(allowed::list).isInstanceOf(RuntimeFailure.Unavailable.class);
        awaitAnswer(allowed);
        allowed.ping();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.9.0", "0.10.0"})
  void aVersionThatDestroysContainersIsRefusedWithTheReason(String version) {
    try (Scene scene = Scene.of(folder, version);
        ContainerRuntime runtime = scene.connect()) {
      assertThatThrownBy(runtime::list)
          .isInstanceOf(RuntimeFailure.Unavailable.class)
          .hasMessageContaining(version)
          .hasMessageContaining("0.11");
    }
  }

  @Test
  void aCommandThatIsNotThereIsSaidByName() {
    try (ContainerRuntime runtime =
        Scene.runtime(
            folder.resolve("no-such-container"),
            folder.resolve("state"),
            dev.tallyman.runtime.apple.system.SystemStarter.Permission.MAY_NOT_START)) {
      assertThatThrownBy(runtime::list)
          .isInstanceOf(RuntimeFailure.Unavailable.class)
          .hasMessageContaining("no-such-container");
    }
  }

  @Test
  void onAMacWithoutNetworksNoneAreOffered() {
    try (Scene scene = Scene.of(folder, "1.0.0", "--macos", "15");
        ContainerRuntime runtime = scene.connect()) {
      assertThat(runtime.info().capabilities()).doesNotContain(Capability.NETWORKS);
      assertThat(runtime.launch(scene.spec("plain", new Program.RunsForever()).build()).state())
          .isInstanceOf(InstanceState.Running.class);
      assertThat(runtime.assets().list()).isEmpty();
    }
  }

  @Test
  void theAgesOfTheirFlagsTellVersionsApart() {
    try (Scene scene = Scene.of(folder, "0.12.3");
        ContainerRuntime runtime = scene.connect()) {
      assertThat(runtime.info().capabilities())
          .contains(Capability.KERNEL_CAPABILITIES, Capability.INIT)
          .doesNotContain(Capability.SHM_SIZE);
      assertThat(runtime.info().version()).isEqualTo("0.12.3");
    }
  }
}
