package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a command inside an instance of the contract is to do, apart from how it is brought to do
 * it: that is said by {@link RuntimeFixture#execution}.
 */
public sealed interface Execution {

  /**
   * Writes a line and ends.
   *
   * @param word the line, without its end
   * @param exitCode with this exit code, 0 to 255
   */
  record Says(String word, int exitCode) implements Execution {
    public Says {
      requireNonNull(word, "word");
    }
  }

  /**
   * Writes one character many times and ends.
   *
   * @param exitCode with this exit code, 0 to 255
   */
  record SaysMuch(char letter, int times, int exitCode) implements Execution {}

  /**
   * Ends after a while.
   *
   * @param duration how long, in whole seconds
   */
  record Sleeps(Duration duration) implements Execution {
    public Sleeps {
      requireNonNull(duration, "duration");
    }
  }

  /** A command that does not exist. */
  record NoSuchCommand() implements Execution {}
}
