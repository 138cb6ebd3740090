package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.NetworkSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.Ownership;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.StackAssets.Kind;
import dev.tallyman.runtime.VolumeSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;

/**
 * What one test of the contract works with: a runtime for a node of its own, another node beside
 * it, and a broom that leaves the engine as it was, also after a failure.
 */
final class ContractRun {

  private static final Map<String, String> FURTHER_LABELS = Map.of("com.example.made", "by-test");

  private final RuntimeFixture fixture;
  private final String node = "contract-" + random();

  /** Asked for by all threads of a test. */
  private final Map<String, ContainerRuntime> runtimes = new ConcurrentHashMap<>();

  private final List<ContainerRuntime> more = new ArrayList<>();
  private final List<String> foreign = new ArrayList<>();
  private final List<Runnable> foreignAssets = new ArrayList<>();
  private boolean hung;
  private boolean away;

  ContractRun(RuntimeFixture fixture) {
    this.fixture = fixture;
  }

  RuntimeFixture fixture() {
    return fixture;
  }

  String node() {
    return node;
  }

  /** The runtime under test. */
  ContainerRuntime runtime() {
    return runtimes.computeIfAbsent(node, name -> fixture.connect(name, fixture.deadlines()));
  }

  /** A node whose name begins like ours. */
  String otherNode() {
    return node + "-2";
  }

  /** The same engine as seen by another node. */
  ContainerRuntime otherRuntime() {
    return runtimes.computeIfAbsent(
        otherNode(), name -> fixture.connect(name, fixture.deadlines()));
  }

  /** One more connection of our node. */
  ContainerRuntime connect(Deadlines deadlines) {
    ContainerRuntime runtime = fixture.connect(node, deadlines);
    more.add(runtime);
    return runtime;
  }

  /** A uid that nobody else has. */
  String uid() {
    return "uid-" + random();
  }

  SpecBuilder spec(Program program) {
    return spec(uid(), program);
  }

  SpecBuilder spec(String uid, Program program) {
    RuntimeFixture.Invocation invocation = fixture.invocation(program);
    return SpecBuilder.spec(uid, invocation.image())
        .named("contract", "app")
        .command(invocation.command())
        .args(invocation.args())
        .stopGrace(Duration.ofSeconds(1));
  }

  InstanceSpec runsForever() {
    return spec(new Program.RunsForever()).build();
  }

  /** A name that no network, volume or container has. */
  String assetName() {
    return "contract-" + random();
  }

  /** A spec that uses a network or a volume. */
  SpecBuilder using(Kind kind, String name, Ownership ownership) {
    SpecBuilder builder = spec(new Program.RunsForever());
    return switch (kind) {
      case NETWORK -> builder.network(attached(network(name, ownership, Set.of())));
      case VOLUME ->
          builder.mount(
              new Mount(
                  "/data",
                  Mount.Access.READ_WRITE,
                  new Mount.Named(
                      Optional.of(
                          new VolumeSpec(
                              name, ownership, Optional.empty(), Map.of(), FURTHER_LABELS)),
                      Mount.Copy.FROM_IMAGE,
                      Optional.empty())));
    };
  }

  static NetworkSpec network(String name, Ownership ownership, Set<NetworkSpec.Trait> traits) {
    return new NetworkSpec(
        name, ownership, Optional.empty(), Map.of(), traits, List.of(), FURTHER_LABELS);
  }

  static Networking.Attached attached(NetworkSpec network) {
    return new Networking.Attached(List.of(attachment(network, List.of("app"))));
  }

  static Networking.Attachment attachment(NetworkSpec network, List<String> aliases) {
    return new Networking.Attachment(
        network, aliases, Optional.empty(), Optional.empty(), Optional.empty());
  }

  void addForeignAsset(Kind kind, String name, Map<String, String> labels) {
    foreignAssets.add(() -> fixture.removeAsset(kind, name));
    fixture.addForeignAsset(kind, name, labels);
  }

  /** Launches, and waits until the program is ready for signals. */
  Instance launchReady(InstanceSpec spec) {
    Instance instance = runtime().launch(spec);
    assertRunning(instance);
    fixture.awaitReady(instance);
    return instance;
  }

  /** Waits until the workload's process has ended. */
  Instance awaitExit(String uid) {
    return await("exit of " + uid)
        .atMost(fixture.patience())
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> runtime().find(uid),
            found -> found.filter(i -> i.state() instanceof InstanceState.Exited).isPresent())
        .orElseThrow();
  }

  ConditionFactory awaiting(String what) {
    return await(what).atMost(fixture.patience()).pollInterval(Duration.ofMillis(20));
  }

  String addForeign(String name, Map<String, String> labels) {
    String id = fixture.addForeign(name, labels);
    foreign.add(id);
    return id;
  }

  void hang() {
    hung = true;
    fixture.hang();
  }

  void resume() {
    fixture.resume();
    hung = false;
  }

  void goAway() {
    away = true;
    fixture.goAway();
  }

  void comeBack() {
    fixture.comeBack();
    away = false;
  }

  static void assertRunning(Instance instance) {
    assertThat(instance.state()).isInstanceOf(InstanceState.Running.class);
  }

  static InstanceState.Exited exited(Instance instance) {
    assertThat(instance.state()).isInstanceOf(InstanceState.Exited.class);
    return (InstanceState.Exited) instance.state();
  }

  /** Asserts that the workload has no instance, by all ways of looking. */
  void assertNothingOf(String uid) {
    assertThat(runtime().find(uid)).isEmpty();
    assertThat(runtime().list()).extracting(Instance::uid).doesNotContain(uid);
  }

  /** Does all at once, each on its own thread, and hands back the results in the same order. */
  static <T> List<T> allAtOnce(List<? extends Callable<T>> calls) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      calls.forEach(call -> futures.add(threads.submit(call)));
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException e) {
      throw new AssertionError("one of " + calls.size() + " calls failed", e.getCause());
    }
  }

  /** What a call fails with; empty if it does not fail. */
  static Optional<RuntimeFailure> failureOf(Supplier<?> call) {
    try {
      var _ = call.get();
      return Optional.empty();
    } catch (RuntimeFailure e) {
      return Optional.of(e);
    }
  }

  /** Leaves nothing of this test at the engine. */
  void cleanUp() {
    List<Throwable> failures = new ArrayList<>();
    var _ = Thread.interrupted();
    if (hung) {
      attempt(failures, fixture::resume);
    }
    if (away) {
      attempt(failures, fixture::comeBack);
    }
    for (String id : foreign) {
      attempt(failures, () -> fixture.removeForeign(id));
    }
    attempt(failures, () -> sweep(node));
    if (runtimes.containsKey(otherNode())) {
      attempt(failures, () -> sweep(otherNode()));
    }
    foreignAssets.forEach(removal -> attempt(failures, removal));
    runtimes.values().forEach(runtime -> attempt(failures, runtime::close));
    more.forEach(runtime -> attempt(failures, runtime::close));
    if (!failures.isEmpty()) {
      AssertionError failure = new AssertionError("could not clean up", failures.removeFirst());
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private void sweep(String name) {
    try (ContainerRuntime broom = fixture.connect(name, fixture.deadlines())) {
      List<Callable<String>> removals =
          broom.list().stream()
              .map(instance ->
                  (Callable<String>)
                      () -> {
                        broom.remove(instance.uid());
                        return instance.uid();
                      })
              .toList();
      var _ = allAtOnce(removals);
      assertThat(broom.list()).isEmpty();
      broom.assets().list().forEach(broom.assets()::remove);
      assertThat(broom.assets().list()).isEmpty();
    }
  }

  private static void attempt(List<Throwable> failures, Runnable deed) {
    try {
      deed.run();
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  private static String random() {
    byte[] bytes = new byte[4];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
