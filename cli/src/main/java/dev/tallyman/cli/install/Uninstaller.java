package dev.tallyman.cli.install;

import dev.tallyman.cli.install.WantedFile.Owner;
import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.process.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes the service away. Workloads run on. */
final class Uninstaller {

  private static final Pattern OTHER_STATE_DIR = Pattern.compile("(?m)^\\s*state-dir\\s*:");

  /** What becomes of the agent's memory. */
  enum OnState {
    KEEP,
    DELETE
  }

  private final Site site;
  private final Manager manager;
  private final Commands commands;
  private final Output out;

  Uninstaller(Site site, Manager manager, Commands commands, Output out) {
    this.site = site;
    this.manager = manager;
    this.commands = commands;
    this.out = out;
  }

  /**
   * Uninstalls; what is gone already is no failure.
   *
   * @throws CommandFailure when the service cannot be ended, or a file not be deleted
   */
  void uninstall(OnState onState) {
    List<WantedFile> files = manager.files();
    Optional<Receipt> receipt = Receipt.read(receiptFile());
    boolean isThere =
        receipt.isPresent()
            || files.stream()
                .filter(file -> file.owner() == Owner.PROGRAM)
                .anyMatch(file -> Files.exists(onDisk(file.path()), LinkOption.NOFOLLOW_LINKS));
    boolean otherStateDir =
        Disk.find(onDisk(site.config()))
            .filter(found -> OTHER_STATE_DIR.matcher(found.content()).find())
            .isPresent();
    if (isThere) {
      if (site.root().isEmpty()) {
        manager.requireWorking(commands);
      }
      manager.unload(commands);
      files.forEach(file -> remove(file, receipt));
      Disk.delete(receiptFile());
      manager.ownFolders().forEach(folder -> Disk.deleteTree(onDisk(folder)));
      Disk.deleteIfEmpty(onDisk(site.paths().configDir()));
      manager.forget(commands);
    } else {
      out.line("The agent is not installed as a service.");
    }
    switch (onState) {
      case KEEP ->
          out.line(
              "Workloads run on, and "
                  + site.paths().stateDir()
                  + " stays: the next agent goes on from"
                  + " there.");
      case DELETE -> deleteState(otherStateDir);
    }
  }

  private void remove(WantedFile wanted, Optional<Receipt> receipt) {
    Path file = onDisk(wanted.path());
    Optional<Disk.Found> found = Disk.find(file);
    if (found.isEmpty()) {
      out.line("gone       " + file);
      return;
    }
    String content = found.get().content();
    if (content.equals(wanted.content())
        || receipt.filter(r -> r.knows(wanted.path(), content)).isPresent()) {
      Disk.delete(file);
      out.line("deleted    " + file);
      return;
    }
    switch (wanted.owner()) {
      case USER -> out.line("kept       " + file + " (yours)");
      case PROGRAM -> {
        Path saved = file.resolveSibling(file.getFileName() + Installer.SAVED);
        Disk.rename(file, saved);
        out.line("put aside  " + saved + " (somebody changed it)");
      }
    }
  }

  private void deleteState(boolean otherStateDir) {
    Path state = onDisk(site.paths().stateDir());
    requireUnused(state);
    out.line(
        "deleting   "
            + state
            + ": what ran here before is forgotten. Workloads run on; an agent of the same node"
            + " name finds them by their labels.");
    out.flush();
    Disk.deleteTree(state);
    for (Path folder : manager.logFolders()) {
      out.line("deleting   " + onDisk(folder));
      Disk.deleteTree(onDisk(folder));
    }
    if (otherStateDir) {
      out.line(
          "The settings name a state-dir of their own: that folder stays until you delete it.");
    }
  }

  /** An agent that was started by hand is none of the service's. */
  private static void requireUnused(Path state) {
    Path lock = state.resolve("agent.lock");
    if (!Files.exists(lock)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held == null) {
        throw CommandFailure.failed(
            state + ": an agent still uses it (expected: none). Nothing of it was deleted.");
      }
    } catch (IOException e) {
      throw CommandFailure.failed(lock + " cannot be tried: " + e.getMessage());
    }
  }

  private Path receiptFile() {
    return onDisk(site.paths().configDir().resolve(Installer.RECEIPT));
  }

  private Path onDisk(Path path) {
    return site.onDisk(path);
  }
}
