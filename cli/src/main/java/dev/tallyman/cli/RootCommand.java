package dev.tallyman.cli;

import dev.tallyman.cli.install.InstallCommand;
import dev.tallyman.cli.install.UninstallCommand;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.ProgramVersion;
import dev.tallyman.config.quantity.Durations;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.transport.Endpoint;
import java.time.Duration;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
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

  private boolean verbose;

  private RootCommand() {}

  /**
   * The command.
   *
   * @param wanted says for a subcommand's name whether it is to have all its options, where making
   *     them takes long
   */
  static CommandLine commandLine(Host host, Predicate<String> wanted) {
    RootCommand root = new RootCommand();
    CommandLine command = new CommandLine(root);
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
    command.addSubcommand(new UpCommand(host));
    command.addSubcommand(new DownCommand(host));
    command.addSubcommand(new PsCommand(host));
    command.addSubcommand(new LogsCommand(host));
    command.addSubcommand(new ConfigCommand(host));
    command.addSubcommand(new ValidateCommand(host));
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
    command.addSubcommand(new InstallCommand(host));
    command.addSubcommand(new UninstallCommand(host));
    command.addSubcommand(new VersionCommand(host));
    command.addSubcommand(new CompletionCommand(host));
    root.addVerbose(command.getCommandSpec());
    command.registerConverter(Duration.class, RootCommand::duration);
    command.registerConverter(Endpoint.class, RootCommand::endpoint);
    command.registerConverter(WorkloadName.class, new WorkloadName.Converter());
    command.registerConverter(OutputFormat.class, OutputFormat::parse);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(100);
    return command;
  }

  /** Every command has the option; the short form only where it means nothing else. */
  private void addVerbose(CommandSpec spec) {
    if (spec.findOption("--verbose") != null) {
      // A command stands in its parent once for each of its names.
      return;
    }
    String[] names =
        spec.findOption("-v") == null
            ? new String[] {"-v", "--verbose"}
            : new String[] {"--verbose"};
    spec.addOption(
        OptionSpec.builder(names)
            .type(boolean.class)
            .arity("0")
            .description("Show where in the program a failure happened.")
            .setter(
                new ISetter() {
                  @Override
                  public <T> T set(T value) {
                    verbose |= Boolean.TRUE.equals(value);
                    return value;
                  }
                })
            .build());
    spec.subcommands().values().forEach(sub -> addVerbose(sub.getCommandSpec()));
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text, Duration.ofMillis(1), Duration.ofDays(1));
    } catch (InvalidValueException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
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
