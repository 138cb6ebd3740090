package dev.tallyman.runtime.apple.cli;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the end of {@code start --attach} says of the container's own end. */
public sealed interface AttachEnd {

  /**
   * The container's process ended with this code.
   *
   * @param exitCode 0 to 255
   */
  record Code(int exitCode) implements AttachEnd {}

  /**
   * The code is not the container's, or may not be: the command failed, or was killed.
   *
   * @param why what it said, for people
   */
  record Unclear(String why) implements AttachEnd {}

  /** Codes that the command also gives by itself: failures, wrong use, and signals. */
  Set<Integer> AMBIGUOUS = Set.of(1, 64, 130, 143, 255);

  /** The hint is a line of its own below the error. */
  String HINT = "Ensure container system service has been started";

  String ERROR = "Error: ";

  /**
   * Judges an end.
   *
   * @param exitCode what the shell saw
   * @param errors the end of the command's standard error, in which the container's is too
   * @param wasKilled whether the command itself was ended by a signal
   * @param wasCut whether a part of its standard error was thrown away
   * @param isOfContainer whether a line is known to be the container's own
   */
  static AttachEnd judge(
      int exitCode,
      String errors,
      boolean wasKilled,
      boolean wasCut,
      Predicate<String> isOfContainer) {
    if (wasKilled) {
      return new Unclear("the command that waited for its end was killed");
    }
    if (exitCode < 0 || exitCode > 255) {
      return new Unclear("its exit code was told as " + exitCode);
    }
    if (!AMBIGUOUS.contains(exitCode)) {
      return new Code(exitCode);
    }
    Optional<String> said = error(errors).filter(line -> !isOfContainer.test(line));
    if (said.isPresent()) {
      return new Unclear(said.get());
    }
    return wasCut && errors.isBlank()
        ? new Unclear("what the command said last was thrown away with the container's output")
        : new Code(exitCode);
  }

  /** The command's own error, which is the last thing that it says. */
  private static Optional<String> error(String errors) {
    List<String> lines = errors.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String last = lines.getLast();
    if (last.startsWith(HINT) || last.startsWith("See 'container")) {
      return Optional.of(
          lines.stream().filter(line -> line.startsWith(ERROR)).reduce((_, b) -> b).orElse(last));
    }
    return last.startsWith(ERROR) ? Optional.of(last) : Optional.empty();
  }
}
