package dev.tallyman.cli.install;

import java.util.List;

/** The one way to other programs: service managers and what belongs to them. */
interface Commands {

  /**
   * Runs a program and says so.
   *
   * @throws dev.tallyman.cli.process.CommandFailure when it cannot be run or does not end well,
   *     with what it said
   */
  void run(List<String> words);

  /** Runs a program whose failure changes nothing, and says so. */
  void tryToRun(List<String> words);

  /** Whether a question that changes nothing is answered with yes. */
  boolean isTrue(List<String> words);

  /**
   * Waits until such a question is answered with no.
   *
   * @throws dev.tallyman.cli.process.CommandFailure when it is not within three minutes
   */
  void awaitNo(List<String> words);
}
