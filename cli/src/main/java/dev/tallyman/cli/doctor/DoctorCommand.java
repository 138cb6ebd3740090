package dev.tallyman.cli.doctor;

import dev.tallyman.agent.AgentConfig;
import dev.tallyman.agent.AgentSettings;
import dev.tallyman.cli.daemon.DaemonCommand;
import dev.tallyman.cli.daemon.SettingsOptions;
import dev.tallyman.cli.doctor.Finding.Level;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.Settings;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.proto.v1.NodeInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;

/** {@code tallyman doctor}: would an agent with these settings work on this host? */
public final class DoctorCommand implements Callable<Integer> {

  /** Its name. */
  public static final String NAME = "doctor";

  /** What it does, one sentence a line. */
  public static final List<String> DESCRIPTION =
      List.of(
          "Say whether an agent would work on this host, and if not, why.",
          "It looks at each place where a container engine can be, at Java, permissions, sockets,"
              + " folders and the control plane. It takes the agent's settings, changes nothing,"
              + " and ends with 1 when an agent would not work.");

  private final Host host;
  private final CommandSpec spec;
  private final SettingsOptions settings;

  private DoctorCommand(Host host, Predicate<String> otherEnvironment) {
    this.host = host;
    this.spec = CommandSpec.wrapWithoutInspection(this).name(NAME);
    this.settings =
        SettingsOptions.addTo(
            spec, host, "agent", DaemonCommand.withLogs(AgentSettings.all()), otherEnvironment);
    spec.usageMessage()
        .sortOptions(false)
        .sortSynopsis(false)
        .description(DESCRIPTION.toArray(String[]::new));
  }

  /**
   * The command.
   *
   * @param otherEnvironment names that begin with {@code TALLYMAN_} and belong to other commands
   */
  public static CommandSpec spec(Host host, Predicate<String> otherEnvironment) {
    return new DoctorCommand(host, otherEnvironment).spec;
  }

  @Override
  public Integer call() {
    AgentConfig config = config(settings.read());
    List<Finding> host = hostFindings(config);
    show("Host", host);
    List<Finding> engines =
        EngineChecks.look(config.runtimes(), config.apple(), config.deadlines());
    show("Container engines, in the order in which they are preferred", engines);
    List<Finding> all = new ArrayList<>(host);
    all.addAll(engines);
    boolean works = all.stream().noneMatch(finding -> finding.level() == Level.FAILED);
    this.host.out().line("");
    this.host
        .out()
        .line(
            works
                ? "An agent works here."
                : "An agent does not work here: see what is marked as failed.");
    return works ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private static AgentConfig config(Settings inForce) {
    try {
      return AgentConfig.of(inForce);
    } catch (FaultsException e) {
      throw SettingsOptions.unusable(e);
    }
  }

  private static List<Finding> hostFindings(AgentConfig config) {
    Optional<NodeInfo> agent = PeerChecks.agent(config.nodeSocket());
    List<Finding> findings = new ArrayList<>();
    findings.add(HostChecks.java());
    findings.add(HostChecks.user());
    findings.add(HostChecks.folder("state dir", config.stateDir()));
    findings.add(PeerChecks.nodeSocket(config.nodeSocket(), agent));
    Optional.ofNullable(config.nodeSocket().getParent())
        .ifPresent(folder -> findings.add(HostChecks.folder("socket dir", folder)));
    if (agent.isEmpty()) {
      // A running agent has its port already.
      config
          .metricsListen()
          .filter(address -> address.getPort() != 0)
          .map((InetSocketAddress address) -> HostChecks.port("metrics", address))
          .ifPresent(findings::add);
    }
    config.controlPlane().map(PeerChecks::controlPlane).ifPresent(findings::add);
    return findings;
  }

  private void show(String title, List<Finding> findings) {
    host.out().line(title + ":");
    findings.forEach(finding -> host.out().line(finding.line()));
    host.out().flush();
  }
}
