package dev.tallyman.cli;

import dev.tallyman.cli.daemon.AgentDaemon;
import dev.tallyman.cli.daemon.ControlPlaneDaemon;
import dev.tallyman.cli.daemon.Daemon;
import dev.tallyman.cli.daemon.DaemonCommand;
import dev.tallyman.cli.doctor.DoctorCommand;
import dev.tallyman.config.ProgramVersion;
import dev.tallyman.config.Setting;
import dev.tallyman.transport.Endpoint;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** {@code tallyman}: the options that every subcommand has, and the list of subcommands. */
@Command(
    name = "tallyman",
    description = "Keeps workloads running on worker hosts.",
    versionProvider = RootCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:tried and failed, or the answer is no",
      "2:the command line, or the settings of a daemon, cannot be used"
    })
final class RootCommand implements Runnable {

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show where in the program a failure happened.")
  private boolean verbose;

  private RootCommand() {}

  static CommandLine commandLine(Host host) {
    CommandLine command = new CommandLine(new RootCommand());
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Show this help and end.")
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version and end.")
                .build());
    addDaemons(command, host);
    command.addSubcommand(new ApplyCommand(host));
    command.addSubcommand(new DeleteCommand(host));
    command.addSubcommand(GetCommand.commandLine(host));
    command.addSubcommand(DescribeCommand.commandLine(host));
    command.addSubcommand(new RestartCommand(host));
    command.addSubcommand(new StopCommand(host));
    command.addSubcommand(new EventsCommand(host));
    command.addSubcommand(new DrainCommand(host));
    command.addSubcommand(new ResumeCommand(host));
    command.addSubcommand(FeedCommand.commandLine(host));
    command.addSubcommand(new VersionCommand(host));
    command.addSubcommand(new CompletionCommand(host));
    command.registerConverter(Endpoint.class, RootCommand::endpoint);
    command.registerConverter(WorkloadName.class, new WorkloadName.Converter());
    command.registerConverter(OutputFormat.class, OutputFormat::parse);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(100);
    return command;
  }

  private static void addDaemons(CommandLine command, Host host) {
    List<Daemon> daemons = List.of(new AgentDaemon(), new ControlPlaneDaemon());
    Set<String> environment =
        Stream.concat(
                Stream.of(
                    ServerOptions.SERVER,
                    ServerOptions.TOKEN_FILE,
                    ServerOptions.TLS_CA,
                    NodeOptions.NODE_SOCKET),
                daemons.stream()
                    .flatMap(daemon -> daemon.settings().stream())
                    .map(Setting::environmentName))
            .collect(Collectors.toSet());
    for (Daemon daemon : daemons) {
      command.addSubcommand(DaemonCommand.spec(host, daemon, environment::contains));
    }
    command.addSubcommand(DoctorCommand.spec(host, environment::contains));
  }

  static boolean isVerbose(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getCommand() instanceof RootCommand options && options.verbose;
  }

  private static Endpoint endpoint(String text) {
    try {
      return Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void run() {
    throw CommandFailure.usage("a command is missing");
  }

  /** What {@code --version} shows. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tallyman " + ProgramVersion.current()};
    }
  }
}
