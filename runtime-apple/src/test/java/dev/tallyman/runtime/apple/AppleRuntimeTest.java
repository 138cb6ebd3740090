package dev.tallyman.runtime.apple;

import static dev.tallyman.runtime.apple.Scene.awaitExit;
import static dev.tallyman.runtime.apple.Scene.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.StackAssets.Asset;
import dev.tallyman.runtime.StackAssets.Kind;
import dev.tallyman.runtime.VolumeSpec;
import dev.tallyman.runtime.testkit.Program;
import dev.tallyman.runtime.testkit.RuntimeFixture.EngineView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract leaves to this runtime, and what it does otherwise than the contract says. */
final class AppleRuntimeTest {

  @TempDir static Path folder;
  private static @Nullable Scene scene;
  private final ContainerRuntime runtime = scene().connect();

  @BeforeAll
  static void make() {
    scene = Scene.of(folder, "1.0.0");
  }

  @AfterAll
  static void unmake() {
    if (scene != null) {
      scene.close();
    }
  }

  private static Scene scene() {
    if (scene == null) {
      throw new IllegalStateException("there is no double");
    }
    return scene;
  }

  @AfterEach
  void sweep() {
    var _ = scene().apple().tell("fault", "clear");
    runtime.list().forEach(instance -> runtime.remove(instance.uid()));
    runtime.assets().list().forEach(runtime.assets()::remove);
    runtime.close();
  }

  @Test
  void whoAsksForAContainerGetsAMachineAndWhoAsksForASandboxIsRefused() {
    for (Isolation isolation : List.of(Isolation.CONTAINER, Isolation.MICROVM)) {
      InstanceSpec spec =
          scene()
              .spec("is-" + isolation.name().toLowerCase(Locale.ROOT), new Program.RunsForever())
              .isolation(isolation)
              .build();
      assertThat(runtime.launch(spec).state()).isInstanceOf(InstanceState.Running.class);
    }
    InstanceSpec sandbox =
        scene().spec("sandbox", new Program.RunsForever()).isolation(Isolation.SANDBOX).build();
    assertThatThrownBy(() -> runtime.launch(sandbox))
        .isInstanceOf(RuntimeFailure.Unsupported.class)
        .hasMessageContaining(Capability.ISOLATION_SANDBOX.word());
  }

  @Test
  void boundsThatAMachineCanHaveAreInForceAndOthersAreRefusedByName() {
    Limits limits = new Limits(2000, 256L << 20, 0);
    Instance bounded =
        runtime.launch(scene().spec("bounded", new Program.RunsForever()).limits(limits).build());
    EngineView view = scene().fixture().inspect(bounded);
    assertThat(view.limits()).isEqualTo(limits);

    InstanceSpec small =
        scene()
            .spec("small", new Program.RunsForever())
            .limits(new Limits(250, 64L << 20, 0))
            .build();
    assertThatThrownBy(() -> runtime.launch(small))
        .isInstanceOf(RuntimeFailure.Unsupported.class)
        .hasMessageContaining("cpus: 0.25 (expected: a whole number")
        .hasMessageContaining("memory: 67108864 bytes (expected: 209715200 or more");
    assertThat(scene().apple().truth(small.instanceName())).isEmpty();
  }

  @Test
  void aVolumeIsOneMachinesAtATime() {
    InstanceSpec first = withVolume("first");
    InstanceSpec second = withVolume("second");
    var _ = runtime.launch(first);

    assertThatThrownBy(() -> runtime.launch(second))
        .asInstanceOf(type(Conflict.class))
        .satisfies(conflict -> assertThat(conflict.subject()).isEqualTo(Conflict.Subject.ASSET))
        .satisfies(conflict -> assertThat(conflict).hasMessageContaining(first.instanceName()));
    assertThat(runtime.find("second")).isEmpty();

    var _ = runtime.stop("first", Duration.ZERO);
    assertThat(runtime.launch(second).state()).isInstanceOf(InstanceState.Running.class);
    assertThatThrownBy(() -> runtime.start("first")).isInstanceOf(Conflict.class);
  }

  @Test
  void aVolumeOutlivesItsInstances() {
    InstanceSpec spec = withVolume("keeper");
    var _ = runtime.launch(spec);
    runtime.remove("keeper");

    Asset volume = new Asset(Kind.VOLUME, "shop_data", "shop");
    assertThat(runtime.assets().list()).containsExactly(volume);
    runtime.assets().remove(volume);
    assertThat(runtime.assets().list()).isEmpty();
  }

  @Test
  void aVolumeWithoutANameGoesWithItsInstance() {
    Mount mount =
        new Mount(
            "/cache",
            Mount.Access.READ_WRITE,
            new Mount.Named(Optional.empty(), Mount.Copy.NONE, Optional.empty()));
    var _ =
        runtime.launch(scene().spec("anonymous", new Program.RunsForever()).mount(mount).build());
    assertThat(runtime.assets().list()).hasSize(1);

    runtime.remove("anonymous");

    assertThat(runtime.assets().list()).isEmpty();
  }

  @Test
  void instancesOfAStackFindEachOtherByNameAlsoAfterARestart() {
    Instance db = runtime.launch(inNetwork("db"));
    var _ = runtime.launch(inNetwork("web"));
    assertThat(hosts("web")).contains(db.addresses().get("shop_net") + " db ");

    var _ = runtime.stop("db", Duration.ZERO);
    Instance again = runtime.start("db");

    String address = again.addresses().get("shop_net");
    assertThat(address).isNotEqualTo(db.addresses().get("shop_net"));
    awaiting("the new address")
        .until(() -> {
          var _ = runtime.list();
          return hosts("web").contains(address + " db ");
        });
    assertThat(hosts("web")).doesNotContain(db.addresses().get("shop_net") + " db ");
  }

  @Test
  void noSecretIsAnArgumentOfAnyCall() {
    InstanceSpec spec =
        scene()
            .spec("secret", new Program.RunsForever())
            .env("ONE_LINE", "s3cret-one")
            .env("TWO_LINES", "s3cret\ntwo")
            .build();
    Instance running = runtime.launch(spec);
    scene().fixture().awaitReady(running);

    assertThat(scene().fixture().lookInto(running).environment())
        .containsEntry("ONE_LINE", "s3cret-one")
        .containsEntry("TWO_LINES", "s3cret\ntwo");
    assertThat(scene().apple().tell("calls").toString())
        .contains(spec.instanceName())
        .doesNotContain("s3cret");
  }

  @Test
  void aCreateThatTimedOutAndWasDoneIsTakenAsDone() {
    var _ = scene().apple().tell("fault", "xpc-timeout", "--on", "create", "--times", "1");

    assertThat(runtime.launch(scene().spec("late", new Program.RunsForever()).build()).state())
        .isInstanceOf(InstanceState.Running.class);
    assertThat(runtime.list()).hasSize(1);
  }

  @Test
  void aStartThatTimedOutAndWasDoneRunsOnce() {
    var _ = scene().apple().tell("fault", "xpc-timeout", "--on", "start", "--times", "1");
    InstanceSpec spec = scene().spec("late-start", new Program.RunsForever()).build();

    try {
      var _ = runtime.launch(spec);
    } catch (RuntimeFailure.TimedOut uncertain) {
      assertThat(uncertain).hasMessageContaining(spec.instanceName());
    }

    assertThat(runtime.launch(spec).state()).isInstanceOf(InstanceState.Running.class);
    assertThat(scene().machines(spec.instanceName())).isEqualTo(1);
  }

  @Test
  void aStartThatHangsIsKilledAndTheNextOneWorks() {
    var _ = scene().apple().tell("fault", "hung", "--on", "start", "--times", "1");
    InstanceSpec spec = scene().spec("hung", new Program.RunsForever()).build();
    try (ContainerRuntime hasty = scene().connect(Scene.SHORT)) {
      assertThatThrownBy(() -> hasty.launch(spec)).isInstanceOf(RuntimeFailure.TimedOut.class);
    }

    assertThat(runtime.launch(spec).state()).isInstanceOf(InstanceState.Running.class);
    assertThat(runtime.list()).hasSize(1);
  }

  @Test
  void anExitCodeThatTheCommandMadeUpIsUnknown() {
    var _ = scene().apple().tell("fault", "drain-timeout", "--on", "start", "--times", "1");
    var _ =
        runtime.launch(
            scene().spec("drain", new Program.EndsAfter(Duration.ofSeconds(2), 0)).build());

    InstanceState.Exited end = awaitExit(runtime, "drain");

    assertThat(end.exitCode()).isEmpty();
    assertThat(end.startedAt()).isPresent();
  }

  @Test
  void aProgramsOwnErrorIsNoErrorOfTheCommand() {
    InstanceSpec spec =
        scene()
            .spec("own-error", new Program.RunsForever())
            .args(List.of("echo 'Error: mine' >&2; exit 1"))
            .build();
    var _ = runtime.launch(spec);

    assertThat(awaitExit(runtime, "own-error").exitCode()).hasValue(1);
  }

  @Test
  void aMachineThatIsKilledBehindOurBackIsNoSuccess() {
    InstanceSpec spec = scene().spec("killed", new Program.RunsForever()).build();
    var _ = runtime.launch(spec);

    var _ = scene().apple().tell("kill-vm", spec.instanceName());

    assertThat(awaitExit(runtime, "killed").exitCode().orElse(-1)).isNotZero();
  }

  @Test
  void whatLaterVersionsAddIsNotMinded() {
    var _ = scene().apple().tell("fault", "unknown-keys");
    var _ = scene().apple().tell("fault", "nested-status");
    var _ = scene().apple().tell("fault", "order", "--value", "shuffled");
    try (ContainerRuntime later = scene().connect()) {
      Instance launched = later.launch(scene().spec("later", new Program.RunsForever()).build());

      assertThat(later.list()).containsExactly(launched);
    }
  }

  @Test
  void aListThatIsCutIsAnErrorAndNotAnEmptyOne() {
    var _ = runtime.launch(scene().spec("there", new Program.RunsForever()).build());
    var _ = scene().apple().tell("fault", "garbage", "--on", "list");

    assertThatThrownBy(runtime::list).isInstanceOf(RuntimeFailure.Internal.class);
  }

  private static InstanceSpec withVolume(String uid) {
    VolumeSpec volume =
        new VolumeSpec("shop_data", Ownership.STACK, Optional.empty(), Map.of(), Map.of());
    return scene()
        .spec(uid, new Program.RunsForever())
        .mount(
            new Mount(
                "/data",
                Mount.Access.READ_WRITE,
                new Mount.Named(Optional.of(volume), Mount.Copy.FROM_IMAGE, Optional.empty())))
        .build();
  }

  private static InstanceSpec inNetwork(String name) {
    NetworkSpec network =
        new NetworkSpec(
            "shop_net",
            Ownership.STACK,
            Optional.of("bridge"),
            Map.of(),
            Set.of(),
            List.of(),
            Map.of());
    return scene()
        .spec(name, new Program.RunsForever())
        .network(
            new Networking.Attached(
                List.of(
                    new Networking.Attachment(
                        network,
                        List.of(name),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))))
        .build();
  }

  private String hosts(String uid) {
    return runtime
        .exec(uid, new ExecRequest(List.of("cat", "/etc/hosts"), Duration.ofSeconds(20)))
        .output();
  }
}
