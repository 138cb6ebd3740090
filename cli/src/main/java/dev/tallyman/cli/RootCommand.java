package dev.tallyman.cli;

import dev.tallyman.cli.install.AotCacheCommand;
import dev.tallyman.cli.install.InstallCommand;
import dev.tallyman.cli.install.UninstallCommand;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.ProgramVersion;
import dev.tallyman.config.quantity.Durations;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.transport.Endpoint;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

  /** Writes down all others. */
  private static final String COMPLETION = "completion";

  /** All but those of {@link SettingsCommands}, in the order in which they are listed. */
  private static final Map<String, Function<Host, Object>> COMMANDS = commands();

  private boolean verbose;

  private RootCommand() {}

  private static Map<String, Function<Host, Object>> commands() {
    Map<String, Function<Host, Object>> commands = new LinkedHashMap<>();
    commands.put("up", UpCommand::new);
    commands.put("down", DownCommand::new);
    commands.put("ps", PsCommand::new);
    commands.put("logs", LogsCommand::new);
    commands.put("config", ConfigCommand::new);
    commands.put("validate", ValidateCommand::new);
    commands.put("apply", ApplyCommand::new);
    commands.put("delete", DeleteCommand::new);
    commands.put("get", GetCommand::commandLine);
    commands.put("describe", DescribeCommand::commandLine);
    commands.put("restart", RestartCommand::new);
    commands.put("stop", StopCommand::new);
    commands.put("events", EventsCommand::new);
    commands.put("drain", DrainCommand::new);
    commands.put("resume", ResumeCommand::new);
    commands.put("feed", FeedCommand::commandLine);
    commands.put("install", InstallCommand::new);
    commands.put("uninstall", UninstallCommand::new);
    commands.put("aot-cache", AotCacheCommand::new);
    commands.put("version", VersionCommand::new);
    commands.put(COMPLETION, CompletionCommand::new);
    return commands;
  }

  /**
   * To look into a command's options takes a millisecond or two, and a command line names one
   * command. All are made when it may mean the others too: in lists, and where a word is mistyped.
   */
  private static Predicate<String> wanted(List<String> arguments) {
    String first = arguments.isEmpty() ? "" : arguments.getFirst();
    boolean namesOne =
        SettingsCommands.isOne(first) || (COMMANDS.containsKey(first) && !first.equals(COMPLETION));
    return namesOne ? first::equals : _ -> true;
  }

  /**
   * The command.
   *
   * @param arguments of the command line: what they cannot mean need not be made
   */
  static CommandLine commandLine(Host host, List<String> arguments) {
    return make(host, wanted(arguments), arguments::contains);
  }

  /** The command with all that there is. */
  static CommandLine whole(Host host) {
    return make(host, _ -> true, _ -> true);
  }

  /**
   * Makes it.
   *
   * @param wanted says for a subcommand's name whether it is made
   * @param whole says for one of {@link SettingsCommands} whether it gets all its options
   */
  private static CommandLine make(Host host, Predicate<String> wanted, Predicate<String> whole) {
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
    SettingsCommands.addTo(command, host, whole);
    COMMANDS.forEach((name, make) -> {
      if (wanted.test(name)) {
        command.addSubcommand(make.apply(host));
      }
    });
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
