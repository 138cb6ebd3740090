package dev.tallyman.runtime.apple.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands, each with a deadline of ours: past it, and when its caller is interrupted or the
 * runner closed, it gets SIGKILL.
 *
 * <p>Output goes to files in a folder of this runner, never to a pipe: Apple's command crashes or
 * forgets an exit code when nobody reads its pipe, and our death closes every pipe of ours. The
 * environment is a chosen few of our variables, so that none of ours gets into an instance.
 *
 * <p>Safe for any threads.
 */
public final class CommandRunner implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CommandRunner.class);

  /** What programs need to find their user's files and to speak with the user's services. */
  private static final Set<String> INHERITED =
      Set.of(
          "HOME",
          "USER",
          "LOGNAME",
          "PATH",
          "SHELL",
          "TMPDIR",
          "LANG",
          "LC_ALL",
          "LC_CTYPE",
          "XPC_FLAGS",
          "XPC_SERVICE_NAME",
          "__CF_USER_TEXT_ENCODING");

  private static final int MAX_OUTPUT_BYTES = 64 << 20;
  private static final int MAX_ERROR_BYTES = 16 << 10;
  private static final int MAX_INSIDE_BYTES = 4 << 20;
  private static final int KEPT_INSIDE_BYTES = 64 << 10;
  private static final Duration LOOK_AT_GROWTH = Duration.ofMillis(250);

  private final Path folder;
  private final Map<String, String> base;
  private final Turns turns = new Turns();
  private final AtomicLong count = new AtomicLong();
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param parent directory for the output of calls; must exist, and be this user's alone
   * @param environment our own variables
   */
  public CommandRunner(Path parent, Map<String, String> environment) {
    this.folder = CallFolders.make(requireNonNull(parent, "parent"));
    this.base =
        environment.entrySet().stream()
            .filter(entry -> INHERITED.contains(entry.getKey()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Whose turn it is; for those who change things by other ways than {@link #run}. */
  public Turns turns() {
    return turns;
  }

  /** A directory of this runner's own for files that calls read; it goes with the runner. */
  public Path folder() {
    return folder;
  }

  /** The variables that every call gets. */
  public Map<String, String> environment() {
    return base;
  }

  /**
   * Whether a text can be an argument or a variable as it is. In a locale that has no such letters
   * it would arrive as another one.
   */
  public static boolean canCarry(String text) {
    return text.indexOf('\0') < 0 && encoder().canEncode(text);
  }

  private static CharsetEncoder encoder() {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    return (Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII)
        .newEncoder();
  }

  /** Runs a command to its end. */
  public Finished run(Command command) throws InterruptedException, CallFailed {
    return run(command, Output.APART, _ -> command.deadline());
  }

  /** The same, with both outputs in one. */
  public Finished runMerged(Command command) throws InterruptedException, CallFailed {
    return run(command, Output.TOGETHER, _ -> command.deadline());
  }

  /**
   * Runs a command whose deadline is one without progress: it begins anew whenever there is more on
   * its standard error.
   *
   * @param progress is told the last line of its standard error
   */
  public Finished runWhileItGrows(Command command, Consumer<String> progress)
      throws InterruptedException, CallFailed {
    return run(
        command,
        Output.APART,
        errors -> {
          String text = tail(errors, MAX_ERROR_BYTES).strip();
          progress.accept(text.substring(text.lastIndexOf('\n') + 1));
          return command.deadline();
        });
  }

  private enum Output {
    APART,
    TOGETHER
  }

  private Finished run(Command command, Output output, Function<Path, Duration> onGrowth)
      throws InterruptedException, CallFailed {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try (Turns.Taken _ = turns.take(command.turn(), command.subject(), command.deadline())) {
      long number = count.incrementAndGet();
      Path out = folder.resolve(number + ".out");
      Path err = folder.resolve(number + ".err");
      try {
        int code = perform(command, output, out, err, onGrowth);
        return new Finished(code, new String(head(out), UTF_8), tail(err, MAX_ERROR_BYTES));
      } catch (IOException e) {
        throw new CallFailed.NotRunnable(String.valueOf(e.getMessage()));
      } finally {
        delete(out);
        delete(err);
      }
    }
  }

  private int perform(
      Command command, Output output, Path out, Path err, Function<Path, Duration> onGrowth)
      throws IOException, InterruptedException, CallFailed {
    ProcessBuilder builder = new ProcessBuilder(command.argv());
    builder.environment().clear();
    builder.environment().putAll(base);
    builder.environment().putAll(command.environment());
    builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    // Appending, so that a file that is cut short while it grows stays short.
    builder.redirectOutput(Redirect.appendTo(out.toFile()));
    switch (output) {
      case APART -> builder.redirectError(Redirect.appendTo(err.toFile()));
      case TOGETHER -> builder.redirectErrorStream(true);
    }
    Process process = builder.start();
    running.add(process);
    try {
      if (closed) {
        throw new CallFailed.Closed();
      }
      await(command, process, new Growing(out, err), onGrowth);
      if (closed && process.exitValue() == 128 + 9) {
        throw new CallFailed.Closed();
      }
      return process.exitValue();
    } finally {
      running.remove(process);
      process.destroyForcibly();
    }
  }

  /** The files of a call that is under way. */
  private record Growing(Path out, Path err) {

    /** Of what is run inside an instance only the beginning counts, however much it says. */
    void cut() throws IOException {
      if (Files.exists(out) && Files.size(out) > MAX_INSIDE_BYTES) {
        try (FileChannel file = FileChannel.open(out, StandardOpenOption.WRITE)) {
          var _ = file.truncate(KEPT_INSIDE_BYTES);
        }
      }
    }

    long errors() throws IOException {
      return Files.exists(err) ? Files.size(err) : 0;
    }
  }

  private void await(
      Command command, Process process, Growing files, Function<Path, Duration> onGrowth)
      throws InterruptedException, CallFailed, IOException {
    boolean watched =
        switch (command.turn()) {
          case LOOK, CHANGE -> false;
          case FETCH, INSIDE -> true;
        };
    long end = System.nanoTime() + command.deadline().toNanos();
    long seen = 0;
    while (true) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw closed
            ? new CallFailed.Closed()
            : new CallFailed.TooLate(
                "no end within " + command.deadline().toMillis() + " ms, so it was killed");
      }
      if (process.waitFor(
          watched ? Math.min(left, LOOK_AT_GROWTH.toNanos()) : left, TimeUnit.NANOSECONDS)) {
        return;
      }
      if (command.turn() == Command.Turn.INSIDE) {
        files.cut();
      } else if (watched && files.errors() > seen) {
        seen = files.errors();
        end = System.nanoTime() + onGrowth.apply(files.err()).toNanos();
      }
    }
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_OUTPUT_BYTES);
    }
  }

  /**
   * The end of a text file; empty if there is none.
   *
   * @param bytes at most so many
   */
  public static String tail(Path file, int bytes) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long size = in.length();
      in.seek(Math.max(0, size - bytes));
      byte[] data = new byte[(int) Math.min(size, bytes)];
      in.readFully(data);
      return new String(data, UTF_8);
    } catch (IOException none) {
      return "";
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.debug("{} stays behind until the next start of the agent: {}", file, e.toString());
    }
  }

  /** Kills the calls under way; those who wait for them, and all who come, are sent away. */
  @Override
  public void close() {
    closed = true;
    turns.close();
    List.copyOf(running).forEach(Process::destroyForcibly);
    CallFolders.remove(folder);
  }
}
