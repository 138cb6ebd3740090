package dev.tallyman.bench.scenario;

import java.io.IOException;

/** Something that is measured. */
public interface Scenario {

  /** What must be there. */
  enum Needs {
    NOTHING,
    ENGINES
  }

  /** Its name on the command line. */
  String name();

  /** What it measures, in half a sentence. */
  String summary();

  Needs needs();

  /**
   * Measures and reports. It ends by itself, and leaves no process, container or file.
   *
   * @throws IOException if something that it needs does not work
   */
  void run(Bench bench) throws IOException, InterruptedException;
}
