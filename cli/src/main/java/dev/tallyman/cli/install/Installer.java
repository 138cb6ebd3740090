package dev.tallyman.cli.install;

import dev.tallyman.cli.install.Change.Kind;
import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.process.CommandFailure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes the service: writes what is missing or outdated and has the manager run it. What fails on
 * the way takes back what was done before it.
 */
final class Installer {

  /** Name of the receipt, in the folder of the settings. */
  static final String RECEIPT = ".installed";

  /** Ending of a file that was put aside. */
  static final String SAVED = ".saved";

  private static final String PRIVATE_FOLDER = "rwx------";
  private static final String FOLDER = "rwxr-xr-x";
  private static final String PRIVATE_FILE = "rw-------";

  /** What becomes of a file of the program that somebody changed. */
  enum OnChanged {
    /** Nothing is installed. */
    REFUSE,
    /** It is put aside and replaced. */
    PUT_ASIDE
  }

  private final Site site;
  private final Manager manager;
  private final Commands commands;
  private final Output out;

  Installer(Site site, Manager manager, Commands commands, Output out) {
    this.site = site;
    this.manager = manager;
    this.commands = commands;
    this.out = out;
  }

  /** Says what {@link #install} would write and run. */
  void show() {
    List<Change> changes = survey();
    for (Change change : changes) {
      tell(change);
      if (change.isWriting()) {
        change.file().content().lines().forEach(line -> out.line("  | " + line));
      }
    }
    tellManager(changes);
  }

  /**
   * Installs.
   *
   * @param beforeStart done when all files are there, before the service is started
   * @throws CommandFailure when that is not possible; then nothing has changed
   */
  void install(OnChanged onChanged, Runnable beforeStart) {
    if (site.root().isEmpty()) {
      manager.requireWorking(commands);
    }
    List<Change> changes = survey();
    switch (onChanged) {
      case REFUSE -> refuseChanged(changes);
      case PUT_ASIDE -> {}
    }
    boolean isFirst = Receipt.read(receiptFile()).isEmpty();
    Disk disk = new Disk();
    try {
      disk.makeFolder(onDisk(site.paths().configDir()), PRIVATE_FOLDER);
      changes.forEach(change -> apply(disk, change));
      String receipt = receipt(changes).text();
      if (!Disk.find(receiptFile()).map(Disk.Found::content).equals(Optional.of(receipt))) {
        disk.write(receiptFile(), receipt, PRIVATE_FILE);
      }
      beforeStart.run();
      manager.logFolders().forEach(folder -> disk.makeFolder(onDisk(folder), PRIVATE_FOLDER));
      tellManager(changes);
    } catch (CommandFailure failure) {
      throw CommandFailure.failed(failure.getMessage() + "\n" + takeBack(disk, isFirst));
    }
    manager.advice().forEach(out::line);
  }

  private List<Change> survey() {
    Optional<Receipt> receipt = Receipt.read(receiptFile());
    return manager.files().stream()
        .map(file -> Change.of(file, Disk.find(onDisk(file.path())), receipt))
        .toList();
  }

  private void refuseChanged(List<Change> changes) {
    String changed =
        changes.stream()
            .filter(change -> change.kind() == Kind.CHANGED_BY_OTHERS)
            .map(change ->
                onDisk(change.file().path())
                    + ": somebody changed it since it was installed (expected: changes where the"
                    + " file itself says)\n")
            .collect(Collectors.joining());
    if (!changed.isEmpty()) {
      throw CommandFailure.failed(
          changed
              + "Nothing was installed. With --replace such a file is put aside, with "
              + SAVED
              + " after its name.");
    }
  }

  private void apply(Disk disk, Change change) {
    Path file = onDisk(change.file().path());
    if (change.kind() == Kind.CHANGED_BY_OTHERS) {
      Path saved = file.resolveSibling(file.getFileName() + SAVED);
      Disk.find(file).ifPresent(found -> disk.write(saved, found.content(), found.mode()));
      out.line("put aside  " + saved);
    }
    if (change.isWriting()) {
      disk.makeFolder(Optional.ofNullable(file.getParent()).orElse(file), FOLDER);
      disk.write(file, change.file().content(), change.file().mode());
    }
    tell(change);
  }

  private void tell(Change change) {
    String note =
        switch (change.kind()) {
          case CREATE, REPLACE -> " (" + change.file().mode() + ")";
          case LEAVE -> "";
          case KEEP -> " (yours)";
          case CHANGED_BY_OTHERS -> " (somebody changed it)";
        };
    out.line("%-10s %s%s".formatted(change.word(), onDisk(change.file().path()), note));
  }

  /** The files that are as they were written; what the user changed is the user's. */
  private static Receipt receipt(List<Change> changes) {
    Map<Path, String> sums = new HashMap<>();
    changes.stream()
        .filter(change -> change.kind() != Kind.KEEP)
        .map(Change::file)
        .forEach(file -> sums.put(file.path(), Receipt.sum(file.content())));
    return new Receipt(sums);
  }

  private void tellManager(List<Change> changes) {
    if (changes.stream().anyMatch(Change::isWriting)) {
      manager.load(commands);
    } else {
      manager.ensureLoaded(commands);
    }
  }

  private String takeBack(Disk disk, boolean isFirst) {
    if (isFirst) {
      attempt(() -> manager.unload(commands));
    }
    List<String> left = disk.takeBack();
    attempt(() -> manager.forget(commands));
    if (!isFirst) {
      attempt(() -> manager.load(commands));
    }
    String outcome =
        isFirst
            ? "Nothing is installed: what was written has been taken away again."
            : "The former installation was put back.";
    return left.isEmpty()
        ? outcome
        : "Not all of it could be taken back:\n  " + String.join("\n  ", left);
  }

  /** The failure that led here is the one to be told. */
  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (CommandFailure failure) {
      out.line("failed     " + String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private Path receiptFile() {
    return onDisk(site.paths().configDir().resolve(RECEIPT));
  }

  private Path onDisk(Path path) {
    return site.onDisk(path);
  }
}
