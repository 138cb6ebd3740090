package dev.tallyman.cli.process;

import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.config.StandardPaths;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command sees of the process that it runs in.
 *
 * @param in standard input
 * @param out what was asked for
 * @param err everything else
 * @param environment the process's environment
 * @param directory the working directory; absolute
 * @param home the user's home folder; absolute
 * @param paths where files are when nobody says otherwise
 * @param clock the time, for ages
 * @param screen finds the terminal that {@code out} goes to, and nothing when that is a file or a
 *     pipe; it takes a while
 */
public record Host(
    InputStream in,
    Output out,
    Output err,
    Map<String, String> environment,
    Path directory,
    Path home,
    StandardPaths paths,
    InstantSource clock,
    Supplier<Optional<Screen>> screen) {

  /** The real one. Standard output and error are written directly: see {@link Output}. */
  public static Host ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Host(
        System.in,
        new Output(new FileOutputStream(FileDescriptor.out)),
        new Output(new FileOutputStream(FileDescriptor.err)),
        environment,
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", "/")).toAbsolutePath(),
        StandardPaths.ofProcess(environment),
        InstantSource.system(),
        Host::screenOfProcess);
  }

  private static Optional<Screen> screenOfProcess() {
    return Optional.ofNullable(System.console())
        .filter(Console::isTerminal)
        .map(_ -> askTerminal());
  }

  /** Java does not tell a terminal's size; {@code stty} does, on Linux and macOS alike. */
  private static Screen askTerminal() {
    try {
      Process process =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher size = Pattern.compile("([1-9]\\d{0,3}) ([1-9]\\d{0,3})\\s*").matcher(text);
      return size.matches()
          ? new Screen(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)))
          : Screen.USUAL;
    } catch (IOException e) {
      return Screen.USUAL;
    }
  }
}
