package dev.tallyman.agent;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.host.Host;
import dev.tallyman.agent.model.NodeFacts;
import dev.tallyman.agent.roster.AppleUse;
import dev.tallyman.agent.roster.RuntimeChoice;
import dev.tallyman.config.ProgramVersion;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.apple.system.SystemStarter.Permission;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.TlsClient;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an agent is to do, checked as a whole.
 *
 * @param node what this node is
 * @param stateDir folder for what must outlive the agent
 * @param controlPlane how to reach the control plane; empty for none
 * @param manifests folder of manifests; empty for none
 * @param nodeSocket socket of the Node service
 * @param metricsListen address of metrics and health; empty for none
 * @param perWorkload whether each workload gets metrics of its own
 * @param runtimes the runtimes in the order of preference; empty for each engine that is found
 * @param apple how Apple's container is used
 * @param launchesAtOnce how many launches a runtime is given at a time
 * @param deadlines how long calls of a runtime may take
 * @param onShutdown what becomes of workloads when the agent ends
 */
public record AgentConfig(
    NodeFacts node,
    Path stateDir,
    Optional<ChannelSpec> controlPlane,
    Optional<Path> manifests,
    Path nodeSocket,
    Optional<InetSocketAddress> metricsListen,
    PerWorkload perWorkload,
    List<RuntimeChoice> runtimes,
    AppleUse apple,
    int launchesAtOnce,
    Deadlines deadlines,
    OnShutdown onShutdown) {

  /** Whether the number of metrics may grow with the number of workloads. */
  public enum PerWorkload {
    OFF,
    ON
  }

  /** What becomes of workloads when the agent is told to end. */
  public enum OnShutdown {
    /** They run on, and the next agent finds them. */
    LEAVE,
    /** They are stopped, and the next agent starts them again. */
    STOP
  }

  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public AgentConfig {
    requireNonNull(node, "node");
    requireNonNull(stateDir, "stateDir");
    requireNonNull(controlPlane, "controlPlane");
    requireNonNull(manifests, "manifests");
    requireNonNull(nodeSocket, "nodeSocket");
    requireNonNull(metricsListen, "metricsListen");
    requireNonNull(perWorkload, "perWorkload");
    runtimes = List.copyOf(runtimes);
    requireNonNull(apple, "apple");
    requireNonNull(deadlines, "deadlines");
    requireNonNull(onShutdown, "onShutdown");
  }

  /**
   * The settings as a whole.
   *
   * @throws FaultsException with all faults of values that are wrong together, or wrong on this
   *     host
   */
  public static AgentConfig of(Settings settings) {
    Faults faults = new Faults();
    checkNode(settings, faults);
    Optional<InetSocketAddress> metrics = metricsListen(settings, faults);
    List<RuntimeChoice> runtimes = runtimes(settings, faults);
    faults.throwIfAny();
    return new AgentConfig(
        node(settings),
        settings.get(AgentSettings.STATE_DIR).toAbsolutePath().normalize(),
        settings.get(AgentSettings.CONTROL_PLANE).map(endpoint -> controlPlane(settings, endpoint)),
        settings.get(AgentSettings.MANIFESTS).map(path -> path.toAbsolutePath().normalize()),
        settings.get(AgentSettings.NODE_SOCKET).toAbsolutePath().normalize(),
        metrics,
        settings.get(AgentSettings.METRICS_PER_WORKLOAD) ? PerWorkload.ON : PerWorkload.OFF,
        runtimes,
        new AppleUse(
            settings.get(AgentSettings.APPLE_COMMAND),
            settings.get(AgentSettings.APPLE_APP_ROOT),
            settings.get(AgentSettings.APPLE_START_SYSTEM)
                ? Permission.MAY_START
                : Permission.MAY_NOT_START,
            settings.get(AgentSettings.STATE_DIR).toAbsolutePath().normalize().resolve("apple")),
        settings.get(AgentSettings.LAUNCHES_AT_ONCE),
        new Deadlines(
            settings.get(AgentSettings.DEADLINE_PROBE),
            settings.get(AgentSettings.DEADLINE_READ),
            settings.get(AgentSettings.DEADLINE_CHANGE),
            settings.get(AgentSettings.DEADLINE_PULL_STALL)),
        settings.get(AgentSettings.ON_SHUTDOWN));
  }

  private static void checkNode(Settings settings, Faults faults) {
    String name = settings.get(AgentSettings.NODE_NAME);
    if (!NODE_NAME.matcher(name).matches()) {
      faults.add(
          settings.fault(
              AgentSettings.NODE_NAME,
              "\""
                  + name
                  + "\" (expected: 1 to 63 characters of letters, digits, '-', '_' and '.', a"
                  + " letter or digit first)"));
    }
    atMost(settings, AgentSettings.ALLOCATABLE_CPU, Host.cpuMillis(), faults);
    atMost(settings, AgentSettings.ALLOCATABLE_MEMORY, Host.memoryBytes(), faults);
  }

  /** A node that promises more than its host has would be given what it cannot run. */
  private static void atMost(Settings settings, Setting<Long> setting, long bound, Faults faults) {
    long value = settings.get(setting);
    if (value < 1 || value > bound) {
      faults.add(
          settings.fault(
              setting,
              setting.type().print(value)
                  + " (expected: more than 0 and at most "
                  + setting.type().print(bound)
                  + ", which this host has)"));
    }
  }

  private static NodeFacts node(Settings settings) {
    return new NodeFacts(
        settings.get(AgentSettings.NODE_NAME),
        settings.get(AgentSettings.NODE_LABELS),
        new NodeFacts.Amounts(Host.cpuMillis(), Host.memoryBytes()),
        new NodeFacts.Amounts(
            settings.get(AgentSettings.ALLOCATABLE_CPU),
            settings.get(AgentSettings.ALLOCATABLE_MEMORY)),
        Host.addresses(),
        Host.os(),
        Host.architecture(),
        Host.name(),
        ProgramVersion.current());
  }

  private static ChannelSpec controlPlane(Settings settings, Endpoint endpoint) {
    Optional<Path> ca = settings.get(AgentSettings.CONTROL_PLANE_CA);
    Optional<TlsClient> tls =
        endpoint.isLocal()
            ? ca.map(TlsClient::trusting)
            : Optional.of(ca.map(TlsClient::trusting).orElseGet(TlsClient::trustingRuntime));
    return new ChannelSpec(endpoint, tls, settings.get(AgentSettings.CONTROL_PLANE_TOKEN_FILE));
  }

  private static Optional<InetSocketAddress> metricsListen(Settings settings, Faults faults) {
    String text = settings.get(AgentSettings.METRICS_LISTEN);
    if (text.equals("off")) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
      if (!host.isEmpty()) {
        return Optional.of(
            new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1))));
      }
    } catch (IllegalArgumentException _) {
      // Said below, as for a text without a host.
    }
    faults.add(
        settings.fault(
            AgentSettings.METRICS_LISTEN,
            "\"" + text + "\" (expected: HOST:PORT with a port from 0 to 65535, or off)"));
    return Optional.empty();
  }

  private static List<RuntimeChoice> runtimes(Settings settings, Faults faults) {
    return settings.get(AgentSettings.RUNTIMES).stream()
        .flatMap(text -> {
          Optional<RuntimeChoice> choice = RuntimeChoice.parse(text);
          if (choice.isEmpty()) {
            faults.add(
                settings.fault(
                    AgentSettings.RUNTIMES,
                    "\""
                        + text
                        + "\" (expected: the name of a detected engine,"
                        + " NAME=unix:///path or NAME=apple:///path)"));
          }
          return choice.stream();
        })
        .toList();
  }
}
