package dev.tallyman.agent.feed;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.wire.WorkloadReader;
import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.LoadRequest;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.translate.Stack;
import dev.tallyman.compose.translate.TranslateOptions;
import dev.tallyman.compose.translate.Translator;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.FaultsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The stacks of a folder: each file whose name ends in {@code .yaml} or {@code .yml} is one. A file
 * that cannot be used keeps what it last said. What a file reads besides itself, an env file or an
 * included one, belongs to it. For one thread.
 */
final class ManifestsFolder {

  /** More files than this in one folder are a mistake. */
  static final int MOST_FILES = 1000;

  /** What was seen of a file; a link is followed, so that its target counts. */
  private record Mark(long modifiedMillis, long size, Optional<Object> key) {}

  private record Loaded(
      Map<Path, Optional<Mark>> marks, Optional<Stack> good, List<String> faults) {}

  /**
   * What the folder says.
   *
   * @param desired all workloads of all stacks, as they were last good
   * @param problems what is wrong, each with its place
   * @param unknown whether there is a file of which nobody knows what it last said
   */
  record Reading(List<Desired> desired, List<String> problems, Unknown unknown) {}

  /** Whether there is a file of which nobody knows what it last said. */
  enum Unknown {
    NO,
    YES
  }

  private final Path folder;
  private final Map<String, String> environment;
  private final Map<Path, Loaded> loaded = new TreeMap<>();
  private boolean looked;

  /**
   * A folder that was not read yet.
   *
   * @param environment variables that files may use
   */
  ManifestsFolder(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Looks again.
   *
   * @return what the folder says, at the first look and when anything in it has changed
   * @throws IOException if the folder cannot be listed; then nothing is known anew
   */
  Optional<Reading> look() throws IOException {
    List<Path> files = files();
    boolean changed = loaded.keySet().retainAll(Set.copyOf(files)) || !looked;
    looked = true;
    for (Path file : files) {
      Optional<Loaded> before = Optional.ofNullable(loaded.get(file));
      if (before.isEmpty() || isOther(before.get())) {
        loaded.put(file, load(file, before));
        changed = true;
      }
    }
    return changed ? Optional.of(reading()) : Optional.empty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(ManifestsFolder::isManifest).sorted().limit(MOST_FILES + 1L).toList();
      if (files.size() > MOST_FILES) {
        throw new IOException(
            folder + ": more than " + MOST_FILES + " files (expected: at most so many)");
      }
      return files;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isManifest(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
    return yaml && !name.startsWith(".") && !Files.isDirectory(file);
  }

  private static boolean isOther(Loaded before) {
    return before.marks().entrySet().stream()
        .anyMatch(entry -> !mark(entry.getKey()).equals(entry.getValue()));
  }

  private static Optional<Mark> mark(Path file) {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Mark(
              seen.lastModifiedTime().toMillis(),
              seen.size(),
              Optional.ofNullable(seen.fileKey())));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private Loaded load(Path file, Optional<Loaded> before) {
    Map<Path, Optional<Mark>> marks = new LinkedHashMap<>();
    marks.put(file, mark(file));
    Optional<Stack> last = before.flatMap(Loaded::good);
    try {
      Project project =
          new ComposeLoader()
              .load(
                  LoadRequest.of(folder, List.of(file))
                      .withEnvironment(environment)
                      .withDefaultName(nameOf(file)));
      project.files().forEach(read -> marks.putIfAbsent(read, mark(read)));
      Stack stack = new Translator().translate(project, TranslateOptions.ofDisk());
      return new Loaded(marks, Optional.of(stack), List.of());
    } catch (FaultsException e) {
      return new Loaded(marks, last, e.faults().stream().map(Fault::toString).toList());
    }
  }

  /** The name of a stack whose file gives none: the file's own. */
  private static String nameOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.lastIndexOf('.'))
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9_-]", "-");
  }

  private Reading reading() {
    List<String> problems = new ArrayList<>();
    Map<String, Path> owners = new HashMap<>();
    List<Desired> desired = new ArrayList<>();
    Unknown unknown = Unknown.NO;
    for (Map.Entry<Path, Loaded> entry : loaded.entrySet()) {
      problems.addAll(entry.getValue().faults());
      Optional<Stack> stack = entry.getValue().good();
      if (stack.isEmpty()) {
        unknown = Unknown.YES;
        continue;
      }
      Optional<Path> owner =
          Optional.ofNullable(owners.putIfAbsent(stack.get().name(), entry.getKey()));
      if (owner.isPresent()) {
        problems.add(
            entry.getKey()
                + ": name: "
                + stack.get().name()
                + " (expected: one that no other file has; "
                + owner.get()
                + " has it)");
      } else {
        WorkloadReader.Reading reading =
            WorkloadReader.readAll(FeedNames.MANIFESTS, stack.get().workloads());
        problems.addAll(reading.unaddressable());
        desired.addAll(reading.desired());
      }
    }
    return new Reading(List.copyOf(desired), List.copyOf(problems), unknown);
  }

  /** Why the folder cannot be listed, for a person. */
  static String why(IOException e) {
    return e instanceof NoSuchFileException
        ? e.getMessage() + ": there is no such folder"
        : String.valueOf(e.getMessage());
  }
}
