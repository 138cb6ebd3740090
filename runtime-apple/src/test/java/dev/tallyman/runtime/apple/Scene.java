package dev.tallyman.runtime.apple;

import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.events.Poller;
import dev.tallyman.runtime.apple.system.SystemStarter.Permission;
import dev.tallyman.runtime.testkit.Program;
import dev.tallyman.runtime.testkit.RuntimeFixture;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.awaitility.core.ConditionFactory;

/** A double and runtimes on it, for tests of this runtime's own. */
final class Scene implements AutoCloseable {

  static final String NODE = "mac";

  /** Enough for a busy machine, and short enough to be waited for. */
  static final Deadlines SHORT =
      new Deadlines(
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(4),
          Duration.ofSeconds(4));

  private final DoubleFixture fixture;
  private final Path state;

  private Scene(DoubleFixture fixture, Path state) {
    this.fixture = fixture;
    this.state = state;
  }

  static Scene of(Path folder, String version, String... options) {
    Path state = folder.resolve("state");
    return new Scene(
        new DoubleFixture(FakeApple.of(folder.resolve("double"), version, options), state), state);
  }

  FakeApple apple() {
    return fixture.apple();
  }

  DoubleFixture fixture() {
    return fixture;
  }

  Path state() {
    return state.resolve(NODE);
  }

  ContainerRuntime connect() {
    return fixture.connect(NODE, Deadlines.DEFAULT);
  }

  ContainerRuntime connect(Deadlines deadlines) {
    return fixture.connect(NODE, deadlines);
  }

  /** One that may start the system service. */
  ContainerRuntime connectWithPermission() {
    return runtime(apple().command(), state(), Permission.MAY_START);
  }

  static AppleRuntime runtime(Path command, Path state, Permission permission) {
    return new AppleRuntime(
        "apple",
        NODE,
        new AppleSettings(
            command.toString(),
            Optional.empty(),
            permission,
            state,
            new Poller.Pace(Duration.ofMillis(100), Duration.ofMillis(500))),
        Deadlines.DEFAULT,
        InstantSource.system(),
        new Random(),
        System.getenv());
  }

  SpecBuilder spec(String uid, Program program) {
    RuntimeFixture.Invocation invocation = fixture.invocation(program);
    return SpecBuilder.spec(uid, invocation.image())
        .named("shop", uid)
        .command(invocation.command())
        .args(invocation.args())
        .stopGrace(Duration.ofSeconds(1));
  }

  static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
  }

  /** Waits for the end of a workload's instance. */
  static InstanceState.Exited awaitExit(ContainerRuntime runtime, String uid) {
    Instance ended =
        awaiting("the end of " + uid)
            .until(
                () -> runtime.find(uid),
                found -> found.filter(i -> i.state() instanceof InstanceState.Exited).isPresent())
            .orElseThrow();
    return (InstanceState.Exited) ended.state();
  }

  static void awaitAnswer(ContainerRuntime runtime) {
    awaiting("the engine to answer")
        .until(() -> {
          try {
            var _ = runtime.list();
            return true;
          } catch (RuntimeFailure away) {
            return false;
          }
        });
  }

  /** How many machines of a name live in truth. */
  long machines(String name) {
    return apple().truth(name).filter(found -> found.get("alive").getAsBoolean()).stream().count();
  }

  @Override
  public void close() {
    fixture.close();
  }
}
