package dev.tallyman.agent;

import dev.tallyman.agent.AgentConfig.OnShutdown;
import dev.tallyman.agent.host.Host;
import dev.tallyman.config.Setting;
import dev.tallyman.config.StandardPaths;
import dev.tallyman.config.ValueType;
import dev.tallyman.config.ValueTypes;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.apple.AppleSettings;
import dev.tallyman.transport.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything about the agent that can be configured: one declaration for file, environment, flag.
 */
public final class AgentSettings {

  private static final StandardPaths PATHS = StandardPaths.ofProcess(System.getenv());

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final String NO_ENDPOINT = "none";
  private static final long SMALLEST_MEMORY = 16L << 20;

  /** Name of this node. */
  public static final Setting<String> NODE_NAME =
      Setting.of(
              "node.name",
              ValueTypes.text(),
              "Name of this node: it marks the instances that belong to it, so it must not change.")
          .computed("the host name", Host::name);

  /** Labels of this node. */
  public static final Setting<Map<String, String>> NODE_LABELS =
      Setting.of(
              "node.labels",
              ValueTypes.mapOf(ValueTypes.text()),
              "Free key-value pairs that schedulers see.")
          .defaultsTo(Map.of());

  /** Processors for workloads. */
  public static final Setting<Long> ALLOCATABLE_CPU =
      Setting.of(
              "node.allocatable-cpu",
              ValueTypes.cpuMillis(),
              "Processors that workloads may have, like 1500m or 3; at most the host's.")
          .computed("all of the host's", Host::cpuMillis);

  /** Memory for workloads. */
  public static final Setting<Long> ALLOCATABLE_MEMORY =
      Setting.of(
              "node.allocatable-memory",
              ValueTypes.byteSize(SMALLEST_MEMORY, Long.MAX_VALUE),
              "Memory that workloads may have, like 8G; at most the host's.")
          .computed("all of the host's", Host::memoryBytes);

  /** The state directory. */
  public static final Setting<Path> STATE_DIR =
      Setting.of("state-dir", ValueTypes.path(), "Folder for what must outlive the agent.")
          .computed("the standard folder", PATHS::stateDir);

  /** The control plane. */
  public static final Setting<Optional<Endpoint>> CONTROL_PLANE =
      Setting.of(
              "control-plane",
              endpointOrNone(),
              "The control plane: unix:/path, HOST:PORT or none; TLS is used unless it is this"
                  + " host.")
          .computed(
              "its standard socket",
              () -> Optional.of(new Endpoint.UnixSocket(PATHS.controlPlaneSocket())));

  /** The certificate authority of the control plane. */
  public static final Setting<Optional<Path>> CONTROL_PLANE_CA =
      Setting.of(
              "control-plane-ca",
              ValueTypes.path(),
              "PEM file of the authority that signed the control plane's certificate; without it"
                  + " the Java runtime's own are trusted.")
          .optional();

  /** The token of this node. */
  public static final Setting<Optional<Path>> CONTROL_PLANE_TOKEN_FILE =
      Setting.of(
              "control-plane-token-file",
              ValueTypes.path(),
              "File with this node's token, readable by its owner alone; read anew at each use.")
          .optional();

  /** The folder of manifests. */
  public static final Setting<Optional<Path>> MANIFESTS =
      Setting.of(
              "manifests",
              ValueTypes.path(),
              "Folder of Compose files, each a stack, which are run and watched for changes.")
          .optional();

  /** The socket of the Node service. */
  public static final Setting<Path> NODE_SOCKET =
      Setting.of("node-socket", ValueTypes.path(), "Socket on which this agent can be asked.")
          .computed("the standard socket", PATHS::nodeSocket);

  /** Where metrics and health can be asked for. */
  public static final Setting<String> METRICS_LISTEN =
      Setting.of(
              "metrics-listen",
              ValueTypes.text(),
              "HOST:PORT for /metrics, /healthz and /readyz, or off; port 0 takes a free one.")
          .defaultsTo("127.0.0.1:9770");

  /** Whether metrics may have a series for each workload. */
  public static final Setting<Boolean> METRICS_PER_WORKLOAD =
      Setting.of(
              "metrics.per-workload",
              ValueTypes.bool(),
              "Whether each workload gets metrics of its own; their number grows with workloads.")
          .defaultsTo(false);

  /** The runtimes. */
  public static final Setting<List<String>> RUNTIMES =
      Setting.of(
              "runtimes",
              ValueTypes.listOf(ValueTypes.text()),
              "Runtimes in the order of preference: a detected engine's name,"
                  + " NAME=unix:///path or NAME=apple:///path; none means each engine that is"
                  + " found.")
          .defaultsTo(List.of());

  /** The command of Apple's container. */
  public static final Setting<String> APPLE_COMMAND =
      Setting.of(
              "apple.command",
              ValueTypes.text(),
              "Command of Apple's container: a path, or a name on PATH.")
          .defaultsTo(AppleSettings.COMMAND);

  /** Where Apple's container keeps what it has. */
  public static final Setting<Optional<Path>> APPLE_APP_ROOT =
      Setting.of(
              "apple.app-root",
              ValueTypes.path(),
              "Folder of Apple's container; by default what its system service says.")
          .optional();

  /** Whether the agent starts Apple's system service. */
  public static final Setting<Boolean> APPLE_START_SYSTEM =
      Setting.of(
              "apple.start-system",
              ValueTypes.bool(),
              "Whether the agent starts the system service of Apple's container when it does not"
                  + " run, as after a reboot.")
          .defaultsTo(true);

  /** How many launches an engine gets at a time. */
  public static final Setting<Integer> LAUNCHES_AT_ONCE =
      Setting.of(
              "launches-at-once",
              ValueTypes.integer(1, 64),
              "How many launches and starts a runtime is given at a time.")
          .computed(
              "twice the number of processors",
              () -> Math.min(64, 2 * Runtime.getRuntime().availableProcessors()));

  /** What becomes of workloads when the agent ends. */
  public static final Setting<OnShutdown> ON_SHUTDOWN =
      Setting.of(
              "on-shutdown",
              ValueTypes.oneOf(OnShutdown.class),
              "What becomes of workloads when the agent is told to end: leave lets them run on;"
                  + " stop stops them, those that depend on others first, and the next agent starts"
                  + " them again.")
          .defaultsTo(OnShutdown.LEAVE);

  /** Deadline of a sign of life. */
  public static final Setting<Duration> DEADLINE_PROBE =
      deadline("deadlines.probe", "For a sign of life from a runtime.", Deadlines.DEFAULT.probe());

  /** Deadline of a question. */
  public static final Setting<Duration> DEADLINE_READ =
      deadline("deadlines.read", "For a question to a runtime.", Deadlines.DEFAULT.read());

  /** Deadline of a change. */
  public static final Setting<Duration> DEADLINE_CHANGE =
      deadline(
          "deadlines.change",
          "For each change at a runtime; a stop's grace period comes on top.",
          Deadlines.DEFAULT.change());

  /** Longest time without progress of a pull. */
  public static final Setting<Duration> DEADLINE_PULL_STALL =
      deadline(
          "deadlines.pull-stall",
          "A pull without progress for this long is given up.",
          Deadlines.DEFAULT.pullStall());

  private AgentSettings() {}

  /** All settings in the order in which they are printed. */
  public static List<Setting<?>> all() {
    return List.of(
        NODE_NAME,
        NODE_LABELS,
        ALLOCATABLE_CPU,
        ALLOCATABLE_MEMORY,
        STATE_DIR,
        CONTROL_PLANE,
        CONTROL_PLANE_CA,
        CONTROL_PLANE_TOKEN_FILE,
        MANIFESTS,
        NODE_SOCKET,
        METRICS_LISTEN,
        METRICS_PER_WORKLOAD,
        RUNTIMES,
        APPLE_COMMAND,
        APPLE_APP_ROOT,
        APPLE_START_SYSTEM,
        LAUNCHES_AT_ONCE,
        ON_SHUTDOWN,
        DEADLINE_PROBE,
        DEADLINE_READ,
        DEADLINE_CHANGE,
        DEADLINE_PULL_STALL);
  }

  private static Setting<Duration> deadline(String key, String description, Duration value) {
    return Setting.of(key, ValueTypes.duration(SHORTEST, LONGEST), description).defaultsTo(value);
  }

  private static ValueType.Single<Optional<Endpoint>> endpointOrNone() {
    String expected = "unix:/path, HOST:PORT or none";
    return ValueTypes.of(
        "ENDPOINT",
        expected,
        text -> {
          try {
            return text.equals(NO_ENDPOINT) ? Optional.empty() : Optional.of(Endpoint.parse(text));
          } catch (IllegalArgumentException e) {
            throw new InvalidValueException(text, expected);
          }
        },
        endpoint -> endpoint.map(Endpoint::toString).orElse(NO_ENDPOINT));
  }
}
