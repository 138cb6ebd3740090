package dev.tallyman.agent.loop;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** Stories of an agent with one engine in virtual time, whatever else they are about. */
abstract class SimulationTest {

  static final Duration SECOND = Duration.ofSeconds(1);
  static final Duration MINUTE = Duration.ofMinutes(1);

  Simulation sim = new Simulation("docker");

  @AfterEach
  void nothingRanTwiceAndNothingForeignWasTouched() {
    sim.engine().audit().verify();
  }

  /** An agent runs, and its control plane wants nothing yet. */
  void started() {
    sim.start();
    sim.snapshot();
  }
}
