package dev.tallyman.agent;

import dev.tallyman.agent.loop.LoopProbe;
import dev.tallyman.agent.report.Summary;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a running agent is, for those who watch over its process. Safe for any threads. */
public final class Vitals {

  /** A full pass over ten thousand workloads takes far less. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Core core;
  private final LoopProbe probe;

  Vitals(Core core) {
    this.core = core;
    this.probe = new LoopProbe(core.inbox(), core::turns, System::nanoTime, PATIENCE);
  }

  /** Whether the loop took a turn just now; waits for it five seconds at most. */
  public boolean isTurning() {
    return probe.isAlive();
  }

  /** Workloads, feeds and runtimes in one line. */
  public String summary() {
    return Summary.of(core.board().all(), core.node().now());
  }

  /** Where in the program the loop is at this moment, innermost first. */
  public String whereTheLoopIs() {
    return Arrays.stream(core.loopStack())
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" < "));
  }
}
