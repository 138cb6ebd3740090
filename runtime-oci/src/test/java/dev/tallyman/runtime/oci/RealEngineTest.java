package dev.tallyman.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.Subscription;
import dev.tallyman.runtime.oci.http.EngineHttp;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the contract does not say and every engine must give: the cost of calls, faults on the way,
 * and states that others bring about. Through a proxy, which counts requests and does harm.
 */
abstract class RealEngineTest {

  private static final String FOREVER = "while :; do sleep 3600 & wait; done";

  /** Marks the processes of an instance. */
  private static final String MARK = "TALLYMAN_TEST_UID";

  @TempDir Path folder;
  private FaultProxy proxy;
  private EngineHttp http;
  private String node;
  private int uids;
  OciRuntime runtime;

  abstract TestEngine engine();

  /** Whether the engine, killed while it starts a container, knows of its process afterwards. */
  abstract boolean leavesNothingBehind();

  @BeforeEach
  void connect() {
    TestEngine engine = engine();
    proxy = new FaultProxy(folder.resolve("proxy.sock"), engine.socket());
    http = new EngineHttp(engine.socket());
    node = "real-" + Long.toHexString(System.nanoTime());
    runtime = runtime(Deadlines.DEFAULT);
    runtime.info();
    assertThat(runtime.list()).isEmpty();
    proxy.forgetRequests();
  }

  @AfterEach
  void sweep() {
    if (runtime == null) {
      return;
    }
    proxy.release();
    runtime.close();
    try (OciRuntime broom = runtime(Deadlines.DEFAULT)) {
      inParallel(broom.list(), instance -> broom.remove(instance.uid()));
      assertThat(broom.list()).isEmpty();
    }
    proxy.close();
  }

  @Test
  void aLaunchCostsThreeRequests() {
    runtime.launch(spec(FOREVER).build());

    assertThat(proxy.containerRequests())
        .hasSize(3)
        .satisfiesExactly(
            create -> assertThat(create).startsWith("POST ").contains("/containers/create"),
            start -> assertThat(start).startsWith("POST ").contains("/start"),
            inspect -> assertThat(inspect).startsWith("GET ").contains("/json"));
  }

  @Test
  void aListOfWhatHasNotChangedCostsOneRequest() {
    Heard heard = new Heard();
    try (Subscription subscription = runtime.watch(heard)) {
      assertThat(subscription).isNotNull();
      List<Instance> launched =
          IntStream.range(0, 5).mapToObj(i -> runtime.launch(spec(FOREVER).build())).toList();
      launched.forEach(instance -> heard.awaitChange(instance.uid()));
      awaitQuiet();
      assertThat(runtime.list()).containsExactlyInAnyOrderElementsOf(launched);
      proxy.forgetRequests();

      assertThat(runtime.list()).containsExactlyInAnyOrderElementsOf(launched);
      assertThat(proxy.requests()).hasSize(1);

      Instance ended = launched.get(2);
      runtime.stop(ended.uid(), Duration.ZERO);
      proxy.forgetRequests();
      assertThat(runtime.list())
          .filteredOn(instance -> instance.state() instanceof Exited)
          .extracting(Instance::uid)
          .containsExactly(ended.uid());
      assertThat(proxy.requests())
          .hasSizeGreaterThan(1)
          .allMatch(line -> line.contains("filters=") || line.contains(ended.id()));
    }
  }

  @Test
  void withoutEventsNothingIsTakenAsUnchanged() {
    runtime.launch(spec(FOREVER).build());
    runtime.launch(spec(FOREVER).build());
    assertThat(runtime.list()).hasSize(2);
    proxy.forgetRequests();

    assertThat(runtime.list()).hasSize(2);

    assertThat(proxy.requests()).hasSize(3);
  }

  @Test
  void aRestartBySomebodyElseIsSeenInTheList() {
    Heard heard = new Heard();
    try (Subscription subscription = runtime.watch(heard)) {
      assertThat(subscription).isNotNull();
      Instance first = runtime.launch(spec(FOREVER).build());
      awaitQuiet();
      assertThat(runtime.list()).containsExactly(first);

      post("/containers/" + first.id() + "/kill");
      awaitState(first.uid(), Exited.class);
      post("/containers/" + first.id() + "/start");
      awaitQuiet();

      Instance again = runtime.list().getFirst();
      assertThat(again.state())
          .isInstanceOf(InstanceState.Running.class)
          .isNotEqualTo(first.state());
    }
  }

  @Test
  void whatSomebodyPausedIsSeenLeftAloneAndStopped() {
    Instance instance = runtime.launch(spec(FOREVER).build());
    post("/containers/" + instance.id() + "/pause");

    assertThat(runtime.find(instance.uid()).orElseThrow().state())
        .isInstanceOf(InstanceState.Paused.class);
    assertThat(runtime.start(instance.uid()).state()).isInstanceOf(InstanceState.Paused.class);

    Instance stopped = runtime.stop(instance.uid(), Duration.ofSeconds(1)).orElseThrow();
    assertThat(stopped.state()).isInstanceOf(Exited.class);
  }

  @Test
  void aPausedInstanceIsKilledWithoutGraceAndRemoved() {
    Instance killed = runtime.launch(spec(FOREVER).build());
    Instance removed = runtime.launch(spec(FOREVER).build());
    post("/containers/" + killed.id() + "/pause");
    post("/containers/" + removed.id() + "/pause");

    assertThat(runtime.stop(killed.uid(), Duration.ZERO).orElseThrow().state())
        .isInstanceOf(Exited.class);
    runtime.remove(removed.uid());

    assertThat(runtime.find(removed.uid())).isEmpty();
  }

  @Test
  void aRemovalDoesNotWaitForTheGracePeriod() {
    Instance instance =
        runtime.launch(spec("trap '' TERM; " + FOREVER).stopGrace(Duration.ofSeconds(40)).build());

    long begin = System.nanoTime();
    runtime.remove(instance.uid());

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void theEnginesOwnWaysToRestartAndRemoveAreOff() throws Exception {
    Instance instance = runtime.launch(spec(FOREVER).stopGrace(Duration.ofSeconds(7)).build());

    Json inspection = http.get("/v1.41/containers/" + instance.id() + "/json").body();

    assertThat(inspection.at("HostConfig").at("RestartPolicy").at("Name").text()).isIn("no", "");
    assertThat(inspection.at("HostConfig").at("AutoRemove").isTrue()).isFalse();
    assertThat(inspection.at("HostConfig").at("Init").isTrue()).isFalse();
    assertThat(inspection.at("Config").at("StopTimeout").number()).hasValue(7);
    assertThat(inspection.at("Config").at("Hostname").text()).isEqualTo("app");
  }

  @Test
  void manyStopsWaitForTheirGracePeriodsAtOnce() {
    List<Instance> instances = new ArrayList<>();
    inParallel(
        IntStream.range(0, 24).boxed().toList(),
        i -> {
          Instance instance = runtime.launch(spec("trap '' TERM; " + FOREVER).build());
          synchronized (instances) {
            instances.add(instance);
          }
        });

    long begin = System.nanoTime();
    inParallel(instances, instance -> runtime.stop(instance.uid(), Duration.ofSeconds(4)));

    // One after the other they would take 96 s.
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(48));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 250})
  void aLaunchWhoseAnswersAreCutIsFinishedByTheNext(int bytes) {
    InstanceSpec spec = spec(FOREVER).build();
    proxy.cutAnswersAfter(bytes);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> runtime.launch(spec)).isInstanceOf(RuntimeFailure.Unavailable.class);
    }
    proxy.cutAnswersAfter(Integer.MAX_VALUE);

    assertThat(runtime.launch(spec).state()).isInstanceOf(InstanceState.Running.class);
    assertThat(runtime.list()).hasSize(1);
  }

  @Test
  void aLaunchDuringWhichTheEngineHangsIsFinishedByTheNext() {
    try (OciRuntime hasty = runtime(shortDeadlines())) {
      assertThat(hasty.list()).isEmpty();
      InstanceSpec spec = spec(FOREVER).build();
      proxy.hold();
      assertThatThrownBy(() -> hasty.launch(spec)).isInstanceOf(RuntimeFailure.TimedOut.class);
      proxy.release();

      assertThat(runtime.launch(spec).state()).isInstanceOf(InstanceState.Running.class);
      assertThat(runtime.list()).hasSize(1);
    }
  }

  @Test
  void launchesDuringWhichTheEngineDiesAreFinishedByTheNext() {
    List<InstanceSpec> specs =
        IntStream.range(0, 20)
            .mapToObj(i -> spec("exec sleep 36000").build())
            .map(spec -> SpecBuilder.like(spec).env(MARK, spec.uid()).build())
            .toList();
    EnginePower power = EnginePower.of(engine(), folder);
    try (OciRuntime direct =
        new OciRuntime(
            engine().kind(),
            node,
            power.socket(),
            Deadlines.DEFAULT,
            InstantSource.system(),
            folder)) {
      assertThat(direct.list()).isEmpty();
      List<RuntimeFailure> failures = new CopyOnWriteArrayList<>();
      Thread launches =
          Thread.ofVirtual()
              .start(() ->
                  inParallel(
                      specs,
                      spec -> {
                        try {
                          direct.launch(spec);
                        } catch (RuntimeFailure failure) {
                          failures.add(failure);
                        }
                      }));
      await("some of the launches").until(() -> running(direct) >= 3);
      power.goAway();
      join(launches);
      assertThat(failures).hasOnlyElementsOfType(RuntimeFailure.Unavailable.class);

      power.comeBack();
      await("the engine to settle")
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptionsInstanceOf(RuntimeFailure.class)
          .until(() -> direct.list().size() <= specs.size());
      for (InstanceSpec spec : specs) {
        // Docker kills its containers when it returns.
        if (finish(direct, spec).state() instanceof Exited) {
          direct.start(spec.uid());
        }
      }
      assertThat(running(direct)).isEqualTo(specs.size());
      assertThat(direct.list()).hasSize(specs.size());
      if (leavesNothingBehind()) {
        specs.forEach(spec -> assertThat(processesOf(spec)).as(spec.uid()).hasSize(1));
      }
    } finally {
      power.close();
    }
  }

  /**
   * Launches as a caller does who tries again. Podman cannot start what it had half started when it
   * was killed; then the launch fails, takes it away, and the next one makes a new one.
   */
  private static Instance finish(OciRuntime runtime, InstanceSpec spec) {
    try {
      return runtime.launch(spec);
    } catch (RuntimeFailure.Internal halfStarted) {
      return runtime.launch(spec);
    }
  }

  /** The processes of this host that have the spec's mark in their environment. */
  private static List<Path> processesOf(InstanceSpec spec) {
    String mark = MARK + "=" + spec.uid() + "\0";
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.filter(process -> environment(process).contains(mark)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty for what is no process, or has ended meanwhile. */
  private static String environment(Path process) {
    try {
      return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException none) {
      return "";
    }
  }

  private static long running(OciRuntime runtime) {
    return runtime.list().stream()
        .filter(instance -> instance.state() instanceof InstanceState.Running)
        .count();
  }

  private static void join(Thread thread) {
    try {
      assertThat(thread.join(Duration.ofMinutes(2))).as("all calls ended").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void wantOfMemoryIsToldAsFarAsTheEngineKnows() {
    InstanceSpec spec = spec("tail /dev/zero; exit 1").limits(new Limits(0, 16 << 20, 0)).build();
    // The shell is the process; it must be what dies.
    InstanceSpec hungry =
        SpecBuilder.spec(spec.uid(), spec.image())
            .command(List.of("/bin/tail"))
            .args(List.of("/dev/zero"))
            .limits(spec.limits())
            .build();
    runtime.launch(hungry);

    Exited end = (Exited) awaitState(hungry.uid(), Exited.class).state();

    assertThat(end.exitCode()).hasValue(137);
    assertThat(end.cause()).isIn(causesOfWantOfMemory());
  }

  /** Podman 4.3 does not tell. */
  abstract List<ExitCause> causesOfWantOfMemory();

  OciRuntime runtime(Deadlines deadlines) {
    return new OciRuntime(
        engine().kind(), node, proxy.socket(), deadlines, InstantSource.system(), folder);
  }

  SpecBuilder spec(String script) {
    uids++;
    return SpecBuilder.spec(node + "-" + uids, engine().image())
        .command(List.of("/bin/sh", "-c"))
        .args(List.of(script))
        .stopGrace(Duration.ofSeconds(1));
  }

  Instance awaitState(String uid, Class<? extends InstanceState> state) {
    return await(uid + " to be " + state.getSimpleName())
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> runtime.find(uid).orElseThrow(), found -> state.isInstance(found.state()));
  }

  void post(String path) {
    try {
      http.post("/v1.41" + path);
    } catch (IOException | EngineRefusal e) {
      throw new AssertionError(path, e);
    }
  }

  EngineHttp http() {
    return http;
  }

  /** Until the events of what was done have come: a list twice at the price of one request. */
  private void awaitQuiet() {
    await("a list that needs no inspection")
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ofMillis(500))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> {
          runtime.list();
          proxy.forgetRequests();
          runtime.list();
          return proxy.requests().size() == 1;
        });
  }

  private static Deadlines shortDeadlines() {
    return new Deadlines(
        Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(3));
  }

  private interface Deed<T> {
    void with(T thing);
  }

  private static <T> void inParallel(List<T> things, Deed<T> deed) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<T, Future<?>> deeds = new LinkedHashMap<>();
      things.forEach(thing -> deeds.put(thing, threads.submit(() -> deed.with(thing))));
      for (Future<?> done : deeds.values()) {
        done.get();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
