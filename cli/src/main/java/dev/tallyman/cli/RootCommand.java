package dev.tallyman.cli;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.ProgramVersion;
import dev.tallyman.transport.Endpoint;
import java.util.function.Predicate;
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

  /**
   * The command.
   *
   * @param wanted says for a subcommand's name whether it is to have all its options, where making
   *     them takes long
   */
  static CommandLine commandLine(Host host, Predicate<String> wanted) {
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
    SettingsCommands.addTo(command, host, wanted);
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
