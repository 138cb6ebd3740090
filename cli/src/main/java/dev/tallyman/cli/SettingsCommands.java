package dev.tallyman.cli;

import dev.tallyman.cli.daemon.AgentDaemon;
import dev.tallyman.cli.daemon.ControlPlaneDaemon;
import dev.tallyman.cli.daemon.Daemon;
import dev.tallyman.cli.daemon.DaemonCommand;
import dev.tallyman.cli.doctor.DoctorCommand;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.Setting;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The commands whose options are settings: the daemons and doctor. To make those options, all
 * settings and what they need must be loaded, which takes longer than many a whole command. So a
 * command has its options only when somebody wants it.
 */
final class SettingsCommands {

  private static final List<Daemon> DAEMONS = List.of(new AgentDaemon(), new ControlPlaneDaemon());

  private SettingsCommands() {}

  /**
   * Adds the commands.
   *
   * @param wanted says for a command's name whether it needs its options
   */
  static void addTo(CommandLine command, Host host, Predicate<String> wanted) {
    for (Daemon daemon : DAEMONS) {
      command.addSubcommand(
          wanted.test(daemon.name())
              ? DaemonCommand.spec(host, daemon, environment()::contains)
              : named(daemon.name(), daemon.description()));
    }
    command.addSubcommand(
        wanted.test(DoctorCommand.NAME)
            ? DoctorCommand.spec(host, environment()::contains)
            : named(DoctorCommand.NAME, DoctorCommand.DESCRIPTION));
  }

  /** Whether it is the name of one of these commands. */
  static boolean isOne(String name) {
    return name.equals(DoctorCommand.NAME)
        || DAEMONS.stream().anyMatch(daemon -> daemon.name().equals(name));
  }

  private static CommandSpec named(String name, List<String> description) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description.toArray(String[]::new));
    return spec;
  }

  /** Says of a name whether it is right in an environment of several commands; for other ones. */
  static Predicate<String> others() {
    return environment()::contains;
  }

  /** One environment may serve all commands, so each takes the names of the others. */
  private static Set<String> environment() {
    return Stream.concat(
            Stream.of(
                ServerOptions.SERVER,
                ServerOptions.TOKEN_FILE,
                ServerOptions.TLS_CA,
                NodeOptions.NODE_SOCKET),
            DAEMONS.stream()
                .flatMap(daemon -> daemon.settings().stream())
                .map(Setting::environmentName))
        .collect(Collectors.toSet());
  }
}
