package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.StackAssets.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link ContainerRuntimeContract} must know of a runtime and its engine to test it, and the
 * second hand at the engine that the contract needs: what a fixture does or says does not go
 * through the runtime under test.
 *
 * <p>The contract calls it from one thread at a time. A fixture may be shared by all tests of a
 * class: each test has nodes and uids of its own.
 */
public interface RuntimeFixture {

  /**
   * What to put into a spec to run a program.
   *
   * @param image an image that the engine has
   * @param command the spec's command
   * @param args the spec's args. More of them, put behind these, do no harm.
   */
  record Invocation(String image, List<String> command, List<String> args) {
    public Invocation {
      requireNonNull(image, "image");
      command = List.copyOf(command);
      args = List.copyOf(args);
    }
  }

  /**
   * An instance's first process, seen from inside.
   *
   * @param arguments its command line
   * @param environment its environment; an engine may add to it
   * @param workingDir its working directory
   * @param user its user and group, as numbers: {@code 1234:5678}
   */
  record ProcessView(
      List<String> arguments, Map<String, String> environment, String workingDir, String user) {
    public ProcessView {
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
      requireNonNull(workingDir, "workingDir");
      requireNonNull(user, "user");
    }
  }

  /**
   * An instance as its engine describes it.
   *
   * @param labels all its labels
   * @param limits the bounds that are in force
   * @param isolation the isolation that it really has, as far as can be proved
   */
  record EngineView(Map<String, String> labels, Limits limits, Isolation isolation) {
    public EngineView {
      labels = Map.copyOf(labels);
      requireNonNull(limits, "limits");
      requireNonNull(isolation, "isolation");
    }
  }

  /**
   * A file as the process of an instance sees it.
   *
   * @param content what is in it
   * @param mode its permission bits
   * @param uid number of its owner
   * @param gid number of its group
   */
  record FileView(String content, int mode, int uid, int gid) {
    public FileView {
      requireNonNull(content, "content");
    }
  }

  /**
   * How many instances the engine can run at once on this machine.
   *
   * @param instances their number
   * @param reason why it is not more
   */
  record Capacity(int instances, String reason) {
    public Capacity {
      requireNonNull(reason, "reason");
    }

    /** Enough for all that the contract asks for. */
    public static final Capacity ENOUGH = new Capacity(200, "enough");
  }

  /** Connects the runtime under test to the engine, for a node. The contract closes it. */
  ContainerRuntime connect(String node, Deadlines deadlines);

  /** How an instance is brought to run a program. */
  Invocation invocation(Program program);

  /** How an instance is brought to run a command inside. */
  List<String> execution(Execution execution);

  /** A well-formed reference of an image that neither the engine nor any registry has. */
  String missingImage();

  /** An image that a registry has and the engine has not, as often as asked; empty: no registry. */
  Optional<String> pullableImage();

  /** An image that a registry refuses to hand out to us; empty: no such registry. */
  Optional<String> deniedImage();

  /** Deadlines under which the engine can do its work on this machine. */
  default Deadlines deadlines() {
    return Deadlines.DEFAULT;
  }

  /** How long an effect may take until it can be seen; a test that waits longer fails. */
  default Duration patience() {
    return Duration.ofSeconds(30);
  }

  /** How many instances it can run at once. */
  default Capacity capacity() {
    return Capacity.ENOUGH;
  }

  /**
   * Tests of the contract that this runtime does not pass, by the names of their methods, each with
   * the reason. They are reported as skipped with that reason. Only for what the engine is to blame
   * for.
   */
  default Map<String, String> deviations() {
    return Map.of();
  }

  /**
   * Leaves behind what a launch leaves whose client dies between create and start: an instance with
   * all that it needs to be known as ours, in the state {@code created}.
   */
  void abandonLaunch(String node, InstanceSpec spec);

  /**
   * Waits until a running instance's program is ready to receive signals. Ready means that a
   * handler is installed, for programs that have one.
   */
  void awaitReady(Instance instance);

  /** Looks into a running instance. */
  ProcessView lookInto(Instance instance);

  /** Inspects an instance at the engine. */
  EngineView inspect(Instance instance);

  /** Looks at a file in a running instance. */
  FileView fileIn(Instance instance, String path);

  /** All that the engine says of an instance, in its own words. */
  String allThatTheEngineSaysOf(Instance instance);

  /** How many files lie in the memory of the host for an instance. */
  int filesInMemory(String uid);

  /** Makes the host forget what is in its memory, as when it is started anew. */
  void loseMemory();

  /** Makes a network or volume that is not ours. */
  void addForeignAsset(Kind kind, String name, Map<String, String> labels);

  /** The labels of a network or volume; empty if there is none of the name. */
  Optional<Map<String, String>> assetLabels(Kind kind, String name);

  /** Removes a network or volume, whosever it is; none is a success. */
  void removeAsset(Kind kind, String name);

  /**
   * Makes and starts a container that is not ours.
   *
   * @param name its name at the engine
   * @param labels its labels, which may resemble ours
   * @return its id
   */
  String addForeign(String name, Map<String, String> labels);

  /** Whether a foreign container exists and runs. */
  boolean isForeignRunning(String id);

  /** Removes a foreign container, whatever its state. */
  void removeForeign(String id);

  /** Makes the engine take requests and answer none, as SIGSTOP does. */
  void hang();

  /** Ends a {@link #hang}; without one, does nothing. */
  void resume();

  /** Ends the engine, as SIGKILL does, and returns when nobody answers any more. */
  void goAway();

  /** Starts the engine again after {@link #goAway}, and returns when it answers; else nothing. */
  void comeBack();
}
