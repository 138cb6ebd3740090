package dev.tallyman.runtime.apple.shim;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.apple.command.CallFailed;
import dev.tallyman.runtime.apple.command.Command;
import dev.tallyman.runtime.apple.command.CommandRunner;
import dev.tallyman.runtime.apple.command.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Begins shims. The script is put beside the runs, under a name that its content gives: an agent
 * that is replaced by a newer one leaves the shims that run as they are.
 */
public final class Shim {

  private static final String SCRIPT = "shim.sh";
  private static final Duration TO_BEGIN = Duration.ofSeconds(20);

  private final Path folder;
  private final CommandRunner runner;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * @param folder where the script is put; need not exist
   */
  public Shim(Path folder, CommandRunner runner) {
    this.folder = requireNonNull(folder, "folder");
    this.runner = requireNonNull(runner, "runner");
  }

  /**
   * Begins the shim of a run and returns. It and the command that it waits for are children of
   * nobody that could take them along.
   *
   * @throws IOException if it cannot be begun
   */
  public void launch(Run run, List<String> command)
      throws IOException, InterruptedException, CallFailed {
    List<String> argv =
        new ArrayList<>(List.of("/bin/sh", script().toString(), "launch", run.folder().toString()));
    argv.addAll(command);
    Finished end = runner.run(Command.look(argv, TO_BEGIN));
    if (!end.isSuccess()) {
      throw new IOException("the shim ended with " + end.exitCode() + ": " + end.errors().strip());
    }
  }

  private Path script() throws IOException {
    byte[] content;
    try (InputStream in = requireNonNull(Shim.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      content = in.readAllBytes();
    }
    Path script = folder.resolve("shim-" + mark(content) + ".sh");
    lock.lock();
    try {
      if (!Files.exists(script)) {
        Folders.makePrivate(folder);
        Path draft = Files.createTempFile(folder, "shim", ".new");
        Files.write(draft, content);
        Files.move(draft, script, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      lock.unlock();
    }
    return script;
  }

  private static String mark(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
