package dev.tallyman.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.StandardPaths;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A process of which a test sees what a person would. Its home is a folder of the test. */
public final class TestHost {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private InstantSource clock = InstantSource.system();
  private Optional<Screen> screen = Optional.empty();
  private String input = "";
  private Path directory;

  /** A user with this home folder and nothing in the environment. */
  public TestHost(Path home) {
    this.home = home;
    this.directory = home;
  }

  /** With a variable. */
  public TestHost with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** With this on standard input. */
  public TestHost withInput(String text) {
    input = text;
    return this;
  }

  /** In this folder. */
  public TestHost in(Path folder) {
    directory = folder;
    return this;
  }

  /** With a clock. */
  public TestHost withClock(InstantSource source) {
    clock = source;
    return this;
  }

  /** On a terminal. */
  public TestHost withScreen(Screen size) {
    screen = Optional.of(size);
    return this;
  }

  /** Where this user's files are. */
  public StandardPaths paths() {
    return new StandardPaths(
        StandardPaths.User.OTHER, home, Map.of("XDG_RUNTIME_DIR", home.toString()));
  }

  /** The process as commands see it. */
  public Host host() {
    return new Host(
        new ByteArrayInputStream(input.getBytes(UTF_8)),
        new Output(out),
        new Output(err),
        Map.copyOf(environment),
        directory,
        home,
        paths(),
        clock,
        () -> screen);
  }

  /** Runs the command, and forgets what the one before wrote. */
  public int run(String... args) {
    out.reset();
    err.reset();
    return Main.run(host(), args);
  }

  /** What was written to standard output. */
  public String out() {
    return out.toString(UTF_8);
  }

  /** What was written to standard error. */
  public String err() {
    return err.toString(UTF_8);
  }
}
