package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What an instance of the contract is to do, apart from how an engine is brought to do it: that is
 * said by {@link RuntimeFixture#invocation}.
 */
public sealed interface Program {

  /** Runs until it is killed. What it does on other signals does not matter. */
  record RunsForever() implements Program {}

  /**
   * Ends by itself within a second.
   *
   * @param exitCode with this exit code, 0 to 255
   */
  record ExitsWith(int exitCode) implements Program {}

  /**
   * Runs for a while and then ends by itself.
   *
   * @param lifetime how long, in whole seconds
   * @param exitCode with this exit code, 0 to 255
   */
  record EndsAfter(Duration lifetime, int exitCode) implements Program {
    public EndsAfter {
      requireNonNull(lifetime, "lifetime");
    }
  }

  /** Runs, and only SIGKILL stops it. */
  record IgnoresTerm() implements Program {}

  /**
   * Runs, and ends at once on a signal.
   *
   * @param signal the signal, such as {@code SIGTERM}
   * @param exitCode its exit code then
   */
  record Handles(String signal, int exitCode) implements Program {
    public Handles {
      requireNonNull(signal, "signal");
    }
  }

  /**
   * Writes lines.
   *
   * @param exitCode ends after that with this exit code; empty to go on until it is killed
   */
  record Writes(List<Output.Line> lines, OptionalInt exitCode) implements Program {
    public Writes {
      lines = List.copyOf(lines);
      requireNonNull(exitCode, "exitCode");
    }
  }

  /** A shell that is told to run a command which does not exist, and ends because of it. */
  record ShellWithoutCommand() implements Program {}

  /** A command that does not exist in the image, so that no process can begin. */
  record NoSuchCommand() implements Program {}
}
