package dev.tallyman.runtime.apple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.apple.cli.ContainerList.Unreadable;
import dev.tallyman.runtime.apple.command.CallFailed;
import dev.tallyman.runtime.apple.command.Command;
import dev.tallyman.runtime.apple.command.CommandRunner;
import dev.tallyman.runtime.apple.command.Finished;
import dev.tallyman.runtime.apple.command.SharedAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Apple's {@code container} command, in the terms of this runtime. Each method is one call, with a
 * deadline of ours, that throws {@link RuntimeFailure}; after {@code TimedOut} a caller must look
 * whether it was done all the same.
 *
 * <p>Safe for any threads.
 */
public final class Cli {

  private static final int MAX_EXEC_BYTES = 4 << 10;
  private static final int NOT_FOUND = 127;

  /** The only architecture of Macs that have this command. */
  private static final String PLATFORM = "linux/arm64";

  private final String executable;
  private final CommandRunner runner;
  private final Deadlines deadlines;
  private final Refusals refusals;
  private final FactsQuestion facts;
  private final SharedAnswer<List<Container>> listing = new SharedAnswer<>(this::listNow);
  private volatile Runnable whenDown = () -> {};

  /**
   * @param name the runtime's name, for people
   * @param executable the command: a path, or a name to be found on PATH
   */
  public Cli(String name, String executable, CommandRunner runner, Deadlines deadlines) {
    this.executable = executable;
    this.runner = runner;
    this.deadlines = deadlines;
    this.refusals = new Refusals(name + " (" + executable + ")");
    this.facts = new FactsQuestion(this::look, refusals, deadlines, () -> whenDown.run());
  }

  /** Says what errors mean. */
  public Refusals refusals() {
    return refusals;
  }

  /** How long calls may take. */
  public Deadlines deadlines() {
    return deadlines;
  }

  /** Calls this whenever nobody answers; it must return at once. */
  public void whenDown(Runnable task) {
    whenDown = task;
  }

  /** What it says of itself; remembered until nobody answers. */
  public Facts facts() {
    return facts.get();
  }

  /** The command's version, which it also tells when its system service does not run. */
  public Version version() {
    return facts.version();
  }

  /**
   * Asks for a sign of life.
   *
   * @throws RuntimeFailure.Unavailable if the system service does not run, or the command is too
   *     old
   */
  public void ping() {
    facts.ping();
  }

  /** All containers, of whomever, as they are after this was called. */
  public List<Container> list(Verb verb, String subject) {
    try {
      return listing.fresh(deadlines.read());
    } catch (InterruptedException e) {
      throw refusals.cancelled(verb, subject);
    } catch (TimeoutException e) {
      throw refusals.timedOut(
          verb, subject, "no list within " + deadlines.read().toMillis() + " ms");
    }
  }

  private List<Container> listNow() {
    Finished end = look(Verb.LIST, deadlines.read(), "list", "--all", "--format=json");
    try {
      return ContainerList.read(require(Verb.LIST, "", end).output());
    } catch (Unreadable strange) {
      throw strange(Verb.LIST, strange);
    }
  }

  /** Makes a container and does not start it. */
  public void create(CreateCall call) {
    Environment environment = Environment.of(call.environment());
    List<String> argv = new ArrayList<>(List.of(executable, "create", "--name=" + call.name()));
    argv.addAll(call.options());
    Path file = runner.folder().resolve("env-" + call.name());
    try {
      if (!environment.lines().isEmpty()) {
        write(file, environment.lines());
        argv.add("--env-file=" + file);
      }
      environment.inherited().keySet().forEach(name -> argv.add("--env=" + name));
      argv.add(call.image());
      argv.addAll(call.arguments());
      var _ =
          require(
              Verb.CREATE,
              call.name(),
              run(
                  Verb.CREATE,
                  call.name(),
                  new Command(
                      argv,
                      environment.inherited(),
                      Command.Turn.CHANGE,
                      Optional.of(call.name()),
                      deadlines.change())));
    } catch (IOException e) {
      throw refusals.internal(Verb.CREATE, call.name(), "its variables cannot be kept: " + e);
    } finally {
      delete(file);
    }
  }

  private static void write(Path file, List<String> lines) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, String.join("\n", lines) + "\n", UTF_8);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException stays) {
      // It goes with the runner's folder.
    }
  }

  /** The command that starts a container and ends with its exit code. */
  public List<String> attach(String name) {
    return List.of(executable, "start", "--attach", name);
  }

  /**
   * Sends a signal to a container's first process. It goes on running for a moment even after
   * SIGKILL, until 0.12.
   */
  public void signal(String name, String signal) {
    change(
        Verb.STOP,
        name,
        List.of(executable, "kill", "--signal=" + signal, name),
        deadlines.change());
  }

  /** Ends a container, also one that the service lost sight of, and removes it. */
  public void delete(String name) {
    change(Verb.DELETE, name, List.of(executable, "delete", "--force", name), deadlines.change());
  }

  /** Runs a command inside a container. */
  public ExecResult exec(String name, ExecRequest request) {
    List<String> argv =
        Stream.concat(Stream.of(executable, "exec", name), request.command().stream()).toList();
    Finished end;
    try {
      end =
          runner.runMerged(
              new Command(
                  argv, Map.of(), Command.Turn.INSIDE, Optional.empty(), request.timeout()));
    } catch (CallFailed failed) {
      throw refusals.of(Verb.EXEC, name, failed);
    } catch (InterruptedException e) {
      throw refusals.cancelled(Verb.EXEC, name);
    }
    String said = beginning(end.output());
    if (end.exitCode() == 1 || end.exitCode() == 255) {
      if (Refusals.isNoSuchCommand(said)) {
        return new ExecResult(NOT_FOUND, said);
      }
      if (said.contains("Error: ")
          && (said.contains("container " + name + " not found")
              || said.contains("container " + name + " is not running")
              || said.contains("XPC "))) {
        RuntimeFailure failure = refusals.of(Verb.EXEC, name, end.exitCode(), said);
        throw failure instanceof RuntimeFailure.Internal
            ? refusals.notRunning(Verb.EXEC, name)
            : noted(failure);
      }
    }
    return new ExecResult(end.exitCode(), said);
  }

  private static String beginning(String output) {
    byte[] bytes = output.getBytes(UTF_8);
    return bytes.length <= MAX_EXEC_BYTES
        ? output
        : new String(Arrays.copyOf(bytes, MAX_EXEC_BYTES), UTF_8);
  }

  /** The platforms that an image is there for; empty if it is not there. */
  public Optional<List<String>> platforms(String image) {
    Finished end = look(Verb.IMAGE, deadlines.read(), "image", "inspect", image);
    if (!end.isSuccess()) {
      RuntimeFailure failure = noted(refusals.of(Verb.IMAGE, image, end));
      if (failure instanceof RuntimeFailure.ImageNotFound) {
        return Optional.empty();
      }
      throw failure;
    }
    try {
      return ImageReply.platforms(end.output());
    } catch (Unreadable strange) {
      throw strange(Verb.IMAGE, strange);
    }
  }

  /**
   * Fetches an image; without progress for {@link Deadlines#pullStall} it is given up.
   *
   * @param progress is told what it says
   */
  public void pull(String image, Consumer<String> progress) {
    String manner = facts().tellsProgress() ? "plain" : "none";
    Command command =
        new Command(
            List.of(
                executable,
                "image",
                "pull",
                "--platform=" + PLATFORM,
                "--progress=" + manner,
                image),
            Map.of(),
            Command.Turn.FETCH,
            Optional.empty(),
            deadlines.pullStall());
    try {
      var _ = require(Verb.PULL, image, runner.runWhileItGrows(command, progress));
    } catch (CallFailed failed) {
      throw refusals.of(Verb.PULL, image, failed);
    } catch (InterruptedException e) {
      throw refusals.cancelled(Verb.PULL, image);
    }
  }

  /** All networks, of whomever. */
  public List<Network> networks() {
    Finished end = look(Verb.LIST_ASSETS, deadlines.read(), "network", "list", "--format=json");
    try {
      return AssetList.networks(require(Verb.LIST_ASSETS, "", end).output());
    } catch (Unreadable strange) {
      throw strange(Verb.LIST_ASSETS, strange);
    }
  }

  /** All volumes, of whomever. */
  public List<Volume> volumes() {
    Finished end = look(Verb.LIST_ASSETS, deadlines.read(), "volume", "list", "--format=json");
    try {
      return AssetList.volumes(require(Verb.LIST_ASSETS, "", end).output());
    } catch (Unreadable strange) {
      throw strange(Verb.LIST_ASSETS, strange);
    }
  }

  /** Makes a network. */
  public void createNetwork(Network network) {
    List<String> argv = new ArrayList<>(List.of(executable, "network", "create"));
    labels(argv, network.labels());
    network.subnet().ifPresent(subnet -> argv.add("--subnet=" + subnet));
    if (network.isInternal()) {
      argv.add("--internal");
    }
    argv.add(network.name());
    change(Verb.MAKE_ASSET, "network " + network.name(), argv, deadlines.change());
  }

  /** Makes a volume. */
  public void createVolume(Volume volume) {
    List<String> argv = new ArrayList<>(List.of(executable, "volume", "create"));
    labels(argv, volume.labels());
    volume.options().forEach((key, value) -> argv.add("--opt=" + key + "=" + value));
    argv.add(volume.name());
    change(Verb.MAKE_ASSET, "volume " + volume.name(), argv, deadlines.change());
  }

  private static void labels(List<String> argv, Map<String, String> labels) {
    labels.forEach((key, value) -> argv.add("--label=" + key + "=" + Marks.encode(value)));
  }

  public void deleteNetwork(String name) {
    change(
        Verb.REMOVE_ASSET,
        "network " + name,
        List.of(executable, "network", "delete", name),
        deadlines.change());
  }

  public void deleteVolume(String name) {
    change(
        Verb.REMOVE_ASSET,
        "volume " + name,
        List.of(executable, "volume", "delete", name),
        deadlines.change());
  }

  /**
   * Starts the system service, and fetches a kernel if it has none.
   *
   * @param patience a kernel is some 30 MB
   */
  public void startSystem(Duration patience) {
    change(
        Verb.START_SYSTEM,
        "",
        List.of(executable, "system", "start", "--enable-kernel-install"),
        patience);
    facts.forget();
  }

  private void change(Verb verb, String subject, List<String> argv, Duration deadline) {
    var _ = require(verb, subject, run(verb, subject, Command.change(argv, subject, deadline)));
  }

  private Finished look(Verb verb, Duration deadline, String... words) {
    List<String> argv = Stream.concat(Stream.of(executable), Stream.of(words)).toList();
    return run(verb, "", Command.look(argv, deadline));
  }

  private Finished run(Verb verb, String subject, Command command) {
    try {
      return runner.run(command);
    } catch (CallFailed failed) {
      throw noted(refusals.of(verb, subject, failed));
    } catch (InterruptedException e) {
      throw refusals.cancelled(verb, subject);
    }
  }

  private Finished require(Verb verb, String subject, Finished end) {
    if (!end.isSuccess()) {
      throw noted(refusals.of(verb, subject, end));
    }
    return end;
  }

  /** Another version may come back. */
  private RuntimeFailure noted(RuntimeFailure failure) {
    if (failure instanceof RuntimeFailure.Unavailable) {
      facts.forget();
      whenDown.run();
    }
    return failure;
  }

  private RuntimeFailure strange(Verb verb, Unreadable strange) {
    return refusals.internal(verb, "", String.valueOf(strange.getMessage()));
  }
}
