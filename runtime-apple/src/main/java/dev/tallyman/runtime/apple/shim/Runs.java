package dev.tallyman.runtime.apple.shim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.apple.command.CommandRunner;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The runs of this node's containers on disk: {@code runs/<incarnation>/<number>}. What stands
 * there is true whether or not an agent lives; a container whose folder was lost is still known by
 * its labels, and only its exit codes are not.
 *
 * <p>Safe for any threads and for several processes: a run is begun by whoever makes its folder.
 */
public final class Runs {

  private static final int KEPT_RUNS = 2;
  private static final int ERROR_TAIL_BYTES = 16 << 10;
  private static final long MAX_ERROR_BYTES = 8 << 20;

  /** From the making of a folder to the shim's own number in it. */
  private static final Duration TO_BEGIN = Duration.ofSeconds(10);

  /** The clocks of file systems and processes are coarser than ours. */
  private static final Duration COARSE = Duration.ofSeconds(2);

  private final Path folder;
  private final InstantSource clock;

  /**
   * @param folder need not exist; made as this user's alone
   */
  public Runs(Path folder, InstantSource clock) {
    this.folder = requireNonNull(folder, "folder");
    this.clock = requireNonNull(clock, "clock");
  }

  /** The last runs of a container, the newest first; those before are forgotten. */
  public List<Run> of(String incarnation) {
    List<Run> runs = new ArrayList<>();
    numbers(incarnation).stream()
        .limit(KEPT_RUNS)
        .forEach(number -> read(folder(incarnation, number), number).ifPresent(runs::add));
    return List.copyOf(runs);
  }

  /**
   * Begins the next run.
   *
   * @param before the engine's start time as it stands
   * @return empty if somebody else began it at the same time: look again
   */
  public Optional<Run> begin(String incarnation, Optional<Instant> before) throws IOException {
    List<Integer> numbers = numbers(incarnation);
    int number = numbers.isEmpty() ? 1 : numbers.getFirst() + 1;
    Folders.makePrivate(home(incarnation));
    Path made = folder(incarnation, number);
    try {
      Files.createDirectory(
          made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException somebodyElse) {
      return Optional.empty();
    }
    write(
        made.resolve("begin"),
        clock.millis() + before.map(at -> " " + at.toEpochMilli()).orElse(""));
    for (int old : numbers.stream().skip(KEPT_RUNS - 1L).toList()) {
      Folders.remove(folder(incarnation, old));
    }
    return read(made, number);
  }

  /** Writes down when a run's container was seen to have started, if that does not stand yet. */
  public void started(Run run, Instant at) throws IOException {
    if (run.started().isEmpty()) {
      write(run.folder().resolve("started"), Long.toString(at.toEpochMilli()));
    }
  }

  /** Forgets a run by which nothing was started. */
  public void discard(Run run) {
    Folders.remove(run.folder());
  }

  /** Kills what the shim waits for, so that the shim ends, and says so in its outcome. */
  public void kill(Run run) {
    shim(run.folder(), run.begin())
        .ifPresent(shim -> shim.descendants().forEach(ProcessHandle::destroyForcibly));
  }

  /** Forgets a container that is gone, and ends what still waits for it. */
  public void remove(String incarnation) {
    for (Run run : of(incarnation)) {
      shim(run.folder(), run.begin())
          .ifPresent(shim -> {
            List<ProcessHandle> children = shim.descendants().toList();
            shim.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
          });
    }
    Folders.remove(home(incarnation));
  }

  /**
   * Throws away what a run's container wrote to its standard error, if that is much: the engine
   * keeps it too, and only its end counts here.
   */
  public void trim(Run run) throws IOException {
    Path errors = run.folder().resolve("errors");
    if (Files.exists(errors) && Files.size(errors) > MAX_ERROR_BYTES) {
      write(run.folder().resolve("cut"), "1");
      try (RandomAccessFile file = new RandomAccessFile(errors.toFile(), "rw")) {
        file.setLength(0);
      }
    }
  }

  /** The folder of a container for what must be known of it as long as it exists. */
  public Path home(String incarnation) {
    return folder.resolve(incarnation);
  }

  /** Changes whenever a run of any container has ended. */
  public Instant lastEnd() {
    try {
      return Files.getLastModifiedTime(folder.resolve("ended")).toInstant();
    } catch (IOException none) {
      return Instant.EPOCH;
    }
  }

  private Path folder(String incarnation, int number) {
    return home(incarnation).resolve(Integer.toString(number));
  }

  /** Newest first. */
  private List<Integer> numbers(String incarnation) {
    try (Stream<Path> all = Files.list(home(incarnation))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[1-9][0-9]{0,8}"))
          .map(Integer::valueOf)
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException none) {
      return List.of();
    }
  }

  /** Empty if it has just been forgotten. */
  private Optional<Run> read(Path run, int number) {
    try {
      String[] begin = text(run.resolve("begin")).strip().split(" ", -1);
      Instant began =
          begin[0].isEmpty()
              ? Files.getLastModifiedTime(run).toInstant()
              : Instant.ofEpochMilli(Long.parseLong(begin[0]));
      Optional<Instant> before =
          begin.length > 1
              ? Optional.of(Instant.ofEpochMilli(Long.parseLong(begin[1])))
              : Optional.empty();
      // In this order, each before what it leads to: its number, its life, its outcome.
      boolean numbered = Files.exists(run.resolve("pid"));
      Optional<ProcessHandle> shim = shim(run, began);
      boolean young = !numbered && Duration.between(began, clock.instant()).compareTo(TO_BEGIN) < 0;
      return Optional.of(
          new Run(
              number,
              run,
              began,
              before,
              shim.isPresent() || young ? Run.Progress.WAITING : Run.Progress.OVER,
              outcome(run),
              started(run)));
    } catch (IOException | NumberFormatException gone) {
      return Optional.empty();
    }
  }

  /** The shim, if it lives; another process may have got its number meanwhile. */
  private static Optional<ProcessHandle> shim(Path run, Instant began) {
    try {
      Path file = run.resolve("pid");
      Instant latest = Files.getLastModifiedTime(file).toInstant().plus(COARSE);
      return ProcessHandle.of(Long.parseLong(text(file).strip()))
          .filter(ProcessHandle::isAlive)
          .filter(process ->
              process
                  .info()
                  .startInstant()
                  .filter(at -> !at.isAfter(latest) && !at.isBefore(began.minus(COARSE)))
                  .isPresent());
    } catch (IOException | NumberFormatException none) {
      return Optional.empty();
    }
  }

  private static Optional<Outcome> outcome(Path run) throws IOException {
    Path file = run.resolve("outcome");
    String[] words = text(file).strip().split(" ", -1);
    if (words.length < 2) {
      return Optional.empty();
    }
    try {
      Instant written = Files.getLastModifiedTime(file).toInstant();
      Instant said = Instant.ofEpochSecond(Long.parseLong(words[1]));
      // The file's time is finer, unless somebody copied it.
      boolean agree = Duration.between(said, written).abs().compareTo(COARSE) < 0;
      return Optional.of(
          new Outcome(
              agree ? Instant.ofEpochMilli(written.toEpochMilli()) : said,
              Integer.parseInt(words[0]),
              CommandRunner.tail(run.resolve("errors"), ERROR_TAIL_BYTES),
              Files.exists(run.resolve("shell")) && Files.size(run.resolve("shell")) > 0,
              Files.exists(run.resolve("cut"))));
    } catch (NumberFormatException | DateTimeException strange) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> started(Path run) throws IOException {
    String text = text(run.resolve("started")).strip();
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(Long.parseLong(text)));
  }

  /** Empty if there is no such file. */
  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, UTF_8);
    } catch (NoSuchFileException none) {
      return "";
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + "." + Thread.currentThread().threadId());
    Files.writeString(draft, text + "\n", UTF_8);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
