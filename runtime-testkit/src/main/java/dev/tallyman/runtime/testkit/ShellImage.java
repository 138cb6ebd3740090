package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.testkit.RuntimeFixture.Invocation;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * How an image that has a shell, {@code sleep}, {@code head} and {@code tr} does what the contract
 * asks of programs.
 *
 * @param name by which a runtime knows it
 */
public record ShellImage(String name) {

  /** A script that never ends by itself; a shell waits for {@code sleep} and hears signals. */
  public static final String FOREVER = "while :; do sleep 3600 & wait; done";

  private static final String NO_SUCH_COMMAND = "/no/such/command";

  public ShellImage {
    requireNonNull(name, "name");
  }

  /** What to launch for a program. */
  public Invocation invocation(Program program) {
    return switch (program) {
      case Program.RunsForever _ -> shell(FOREVER);
      case Program.ExitsWith(int code) -> shell("exit " + code);
      case Program.EndsAfter(Duration lifetime, int code) ->
          shell("sleep %d; exit %d".formatted(lifetime.toSeconds(), code));
      case Program.IgnoresTerm _ -> shell("trap '' TERM; " + FOREVER);
      case Program.Handles(String signal, int code) ->
          shell("trap 'exit %d' %s; %s".formatted(code, signal.replaceFirst("^SIG", ""), FOREVER));
      case Program.Writes(List<Output.Line> lines, OptionalInt code) ->
          shell(
              lines.stream().map(ShellImage::say).collect(Collectors.joining("; "))
                  + "; "
                  + (code.isPresent() ? "exit " + code.getAsInt() : FOREVER));
      case Program.ShellWithoutCommand _ -> shell(NO_SUCH_COMMAND);
      case Program.NoSuchCommand _ -> new Invocation(name, List.of(NO_SUCH_COMMAND), List.of());
    };
  }

  /** The command to run inside an instance. */
  public static List<String> execution(Execution execution) {
    return switch (execution) {
      case Execution.Says(String word, int code) ->
          List.of("/bin/sh", "-c", "echo '%s'; exit %d".formatted(word, code));
      case Execution.SaysMuch(char letter, int times, int code) ->
          List.of(
              "/bin/sh",
              "-c",
              "head -c %d /dev/zero | tr '\\0' '%s'; exit %d".formatted(times, letter, code));
      case Execution.Sleeps(Duration duration) ->
          List.of("/bin/sleep", Long.toString(duration.toSeconds()));
      case Execution.NoSuchCommand _ -> List.of(NO_SUCH_COMMAND);
    };
  }

  /** A script in the place of the image's command, and its name as the first argument. */
  private Invocation shell(String script) {
    return new Invocation(name, List.of("/bin/sh", "-c"), List.of(script, "sh"));
  }

  /** A line of a shell's script that writes a line. */
  private static String say(Output.Line line) {
    String quoted = "'" + line.text().replace("'", "'\\''") + "'";
    return "printf '%s\\n' "
        + quoted
        + switch (line.stream()) {
          case STDOUT -> "";
          case STDERR -> " >&2";
        };
  }
}
