package dev.tallyman.agent.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.testkit.EngineTime;
import dev.tallyman.runtime.testkit.Fault;
import dev.tallyman.runtime.testkit.InMemoryEngine;
import dev.tallyman.runtime.testkit.InMemoryRuntime;
import dev.tallyman.runtime.testkit.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PullsTest {

  private final InMemoryEngine engine = new InMemoryEngine(EngineTime.real());
  private final InMemoryRuntime runtime =
      new InMemoryRuntime("docker", "node-a", engine, Deadlines.DEFAULT);
  private final Pulls pulls = new Pulls(new Telemetry() {});

  @Test
  void manyWhoWantTheSameImageCauseOnePull() {
    engine.registry().offers("far:1");
    Fault hung = engine.on(Operation.PULL).times(1).hang();
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      callers.add(inBackground("far:1"));
    }
    await().until(() -> hung.hits() == 1);
    hung.release();

    callers.forEach(CompletableFuture::join);
    assertThat(engine.audit().calls(Operation.PULL)).isEqualTo(1);
  }

  @Test
  void aSlowImageHoldsNoOtherUp() {
    engine.registry().offers("slow:1").offers("fast:1");
    Fault hung = engine.on(Operation.PULL).ofUid("slow:1").hang();
    CompletableFuture<Void> slow = inBackground("slow:1");
    await().until(() -> hung.hits() == 1);

    inBackground("fast:1").join();
    assertThat(slow).isNotDone();
    hung.release();
    slow.join();
  }

  @Test
  void anImageThatArrivedAMomentAgoAndWasRemovedIsFetchedAgain() {
    engine.registry().offers("far:1");
    pulls.pull(runtime, "far:1", _ -> {});
    pulls.pull(runtime, "far:1", _ -> {});
    assertThat(engine.audit().calls(Operation.PULL)).isEqualTo(1);

    engine.removeImage("far:1");
    pulls.pull(runtime, "far:1", _ -> {});
    assertThat(engine.audit().calls(Operation.PULL)).isEqualTo(2);
  }

  @Test
  void eachCallerIsToldWhyItFailed() {
    assertThatThrownBy(() -> pulls.pull(runtime, "nobody:1", _ -> {}))
        .isInstanceOf(RuntimeFailure.ImageNotFound.class);
    engine.registry().offers("nobody:1");
    pulls.pull(runtime, "nobody:1", _ -> {});
    assertThat(engine.audit().calls(Operation.PULL)).isEqualTo(2);
  }

  @Test
  void theLastCallerWhoLeavesBreaksThePullOff() {
    engine.registry().offers("far:1");
    Fault hung = engine.on(Operation.PULL).times(1).hang();
    AtomicReference<RuntimeException> seen = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                pulls.pull(runtime, "far:1", _ -> {});
              } catch (RuntimeException e) {
                seen.set(e);
              }
            });
    await().until(() -> hung.hits() == 1);

    caller.interrupt();
    await().until(() -> seen.get() instanceof RuntimeFailure.Cancelled);
    pulls.pull(runtime, "far:1", _ -> {});
    assertThat(engine.audit().calls(Operation.PULL)).isEqualTo(2);
  }

  private CompletableFuture<Void> inBackground(String image) {
    return CompletableFuture.runAsync(
        () -> pulls.pull(runtime, image, _ -> {}), task -> Thread.ofVirtual().start(task));
  }
}
