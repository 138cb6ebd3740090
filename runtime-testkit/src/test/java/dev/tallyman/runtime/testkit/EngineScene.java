package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.SpecBuilder.spec;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An engine, a runtime and a log in virtual time; checks in the end that nothing ran twice. */
abstract class EngineScene {

  static final String IMAGE = "test/app:1";

  final VirtualTime time = new VirtualTime();
  final InMemoryEngine engine = new InMemoryEngine(time);
  final InMemoryRuntime runtime =
      new InMemoryRuntime("memory", "node-1", engine, Deadlines.DEFAULT);
  final List<String> log = new ArrayList<>();
  final Instant begin = time.instant();

  @BeforeEach
  void setUp() {
    engine.addImage(IMAGE);
  }

  @AfterEach
  void nothingForbiddenHappened() {
    engine.audit().verify();
  }

  void pull(String image) {
    runtime.images().pull(image, (PullProgress _) -> {});
  }

  static InstanceSpec of(String uid) {
    return spec(uid, IMAGE).build();
  }

  InstanceState state(String uid) {
    return engine.peek(uid).orElseThrow().state();
  }

  OptionalInt exitCode(String uid) {
    return ((InstanceState.Exited) state(uid)).exitCode();
  }

  RuntimeListener listener() {
    return new RuntimeListener() {
      @Override
      public void onChange(String uid) {
        note("changed " + uid);
      }

      @Override
      public void onLost(RuntimeFailure cause) {
        note("lost " + cause.getClass().getSimpleName());
      }
    };
  }

  void noteFailure(Runnable call) {
    try {
      call.run();
      note("no failure");
    } catch (RuntimeFailure e) {
      note(e.getClass().getSimpleName());
    }
  }

  void note(Object what) {
    String text =
        what instanceof InstanceState.Exited exited
            ? "exit " + exited.exitCode().orElse(-1)
            : String.valueOf(what);
    log.add(text + "@" + Duration.between(begin, time.instant()).toSeconds());
  }

  static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
