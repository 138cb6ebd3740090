package dev.tallyman.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private final VirtualTime time = new VirtualTime(START);
  private final List<String> log = new ArrayList<>();

  @Test
  void tasksRunInTheOrderOfTheirInstantsAndThoseOfOneInstantInTheOrderOfTheirMaking() {
    time.schedule(seconds(2), () -> note("c"));
    time.schedule(seconds(1), () -> note("a"));
    time.schedule(seconds(1), () -> note("b"));

    time.advance(seconds(5));

    assertThat(log).containsExactly("a@1", "b@1", "c@2");
    assertThat(time.instant()).isEqualTo(START.plusSeconds(5));
  }

  @Test
  void nothingHappensBeforeItsInstant() {
    time.schedule(seconds(2), () -> note("late"));

    time.advance(Duration.ofMillis(1999));
    assertThat(log).isEmpty();

    time.advance(Duration.ofMillis(1));
    assertThat(log).containsExactly("late@2");
  }

  @Test
  void aCancelledTaskDoesNotRun() {
    EngineTime.Scheduled task = time.schedule(seconds(1), () -> note("never"));
    task.cancel();

    time.advance(seconds(2));

    assertThat(log).isEmpty();
    assertThat(time.nextAt()).isEmpty();
  }

  @Test
  void processesTakeTurnsAndWaitForVirtualTimeOnly() {
    time.spawn("a", () -> pauseAndNote("a", seconds(3)));
    time.spawn("b", () -> pauseAndNote("b", seconds(1)));

    time.advance(seconds(2));
    assertThat(log).containsExactly("a begins@0", "b begins@0", "b ends@1");

    time.advance(seconds(2));
    assertThat(log).endsWith("a ends@3");
  }

  @Test
  void aGateWakesItsWaitersAtTheInstantOfItsOpening() {
    EngineTime.Gate gate = time.gate();
    time.spawn("waiter", () -> note("opened: " + awaitGate(gate, seconds(10))));
    time.schedule(seconds(4), gate::open);

    time.advance(seconds(20));

    assertThat(log).containsExactly("opened: true@4");
  }

  @Test
  void aGateThatStaysShutLetsItsWaitersGoWhenTheirTimeIsUp() {
    EngineTime.Gate gate = time.gate();
    time.spawn("waiter", () -> note("opened: " + awaitGate(gate, seconds(10))));

    time.advance(seconds(20));

    assertThat(log).containsExactly("opened: false@10");
  }

  @Test
  void anInterruptEndsAWaitAtTheSameInstant() {
    Thread process = time.spawn("sleeper", () -> pauseAndNote("sleeper", seconds(100)));
    time.schedule(seconds(7), process::interrupt);

    time.advance(seconds(50));

    assertThat(log).containsExactly("sleeper begins@0", "sleeper interrupted@7");
  }

  @Test
  void whatEndsOneWaitDoesNotEndTheNext() {
    EngineTime.Gate gate = time.gate();
    Thread process =
        time.spawn(
            "twice",
            () -> {
              note("first: " + awaitGate(gate, seconds(60)));
              note("second: " + awaitGate(time.gate(), seconds(5)));
            });
    time.schedule(
        seconds(1),
        () -> {
          gate.open();
          process.interrupt();
        });

    time.advance(seconds(100));

    assertThat(log).containsExactly("first: interrupted@1", "second: false@6");
  }

  @Test
  void anExecutorRunsItsTasksAsProcesses() throws Exception {
    try (ExecutorService lanes = Executors.newThreadPerTaskExecutor(time.threadFactory())) {
      Future<String> outcome =
          lanes.submit(() -> {
            time.pause(seconds(30));
            return "done";
          });
      Future<?> cancelled = lanes.submit(() -> pauseAndNote("cancelled", seconds(60)));
      time.schedule(seconds(10), () -> cancelled.cancel(true));

      time.advance(seconds(29));
      assertThat(outcome.isDone()).isFalse();
      assertThat(log).containsExactly("cancelled begins@0", "cancelled interrupted@10");

      time.advance(seconds(1));
      assertThat(outcome.get()).isEqualTo("done");
    }
  }

  @Test
  void theDriverThatWaitsMovesTime() throws InterruptedException {
    time.schedule(seconds(1), () -> note("meanwhile"));

    time.pause(seconds(3));

    assertThat(log).containsExactly("meanwhile@1");
    assertThat(time.instant()).isEqualTo(START.plusSeconds(3));
  }

  @Test
  void aTaskThatWaitsIsRefused() {
    time.schedule(Duration.ZERO, () -> pauseAndNote("task", seconds(1)));

    assertThatThrownBy(time::runDue)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("spawn()");
  }

  @Test
  void aProcessCannotMoveTime() {
    time.spawn("mover", () -> time.advance(seconds(1)));

    assertThatThrownBy(time::runDue).hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatAProcessThrowsReachesTheDriver() {
    time.spawn(
        "thrower",
        () -> {
          throw new IllegalArgumentException("oh");
        });

    assertThatThrownBy(time::runDue)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("thrower")
        .hasRootCauseMessage("oh");
  }

  @Test
  void runUntilStopsAsSoonAsTheConditionHolds() {
    time.schedule(seconds(2), () -> note("first"));
    time.schedule(seconds(4), () -> note("second"));

    time.runUntil("first", () -> !log.isEmpty(), seconds(10));

    assertThat(log).containsExactly("first@2");
    assertThatThrownBy(() -> time.runUntil("a third", () -> log.size() > 2, seconds(10)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a third");
  }

  @Test
  void theWallClockJumpsAndWhatIsScheduledKeepsItsDistance() {
    time.schedule(seconds(10), () -> note("task"));
    time.jumpClock(Duration.ofHours(-1));

    assertThat(time.instant()).isEqualTo(START.minusSeconds(3600));
    time.advance(seconds(9));
    assertThat(log).isEmpty();
    time.advance(seconds(1));
    assertThat(log).hasSize(1);
  }

  @Test
  void aLoopThatNeverMovesTimeIsReported() {
    Runnable[] loop = new Runnable[1];
    loop[0] = () -> time.schedule(Duration.ZERO, loop[0]);
    time.schedule(Duration.ZERO, loop[0]);

    assertThatThrownBy(time::runDue)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("endless");
  }

  private void pauseAndNote(String name, Duration duration) {
    note(name + " begins");
    try {
      time.pause(duration);
      note(name + " ends");
    } catch (InterruptedException _) {
      note(name + " interrupted");
    }
  }

  private String awaitGate(EngineTime.Gate gate, Duration atMost) {
    try {
      return String.valueOf(gate.await(atMost));
    } catch (InterruptedException _) {
      return "interrupted";
    }
  }

  private void note(String what) {
    log.add(what + "@" + Duration.between(START, time.instant()).toSeconds());
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
