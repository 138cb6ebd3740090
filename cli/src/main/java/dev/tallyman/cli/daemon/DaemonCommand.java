package dev.tallyman.cli.daemon;

import dev.tallyman.cli.daemon.systemd.ServiceManager;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import dev.tallyman.config.fault.FaultsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A daemon as a command. Each of its settings is a flag. */
public final class DaemonCommand implements Callable<Integer> {

  private final Host host;
  private final Daemon daemon;
  private final CommandSpec spec;
  private final SettingsOptions settings;
  private final OptionSpec printConfig =
      OptionSpec.builder("--print-config")
          .type(boolean.class)
          .arity("0")
          .initialValue(false)
          .description("Show the settings in force and where each came from, and end.")
          .build();

  private DaemonCommand(Host host, Daemon daemon, Predicate<String> otherEnvironment) {
    this.host = host;
    this.daemon = daemon;
    // Its options are not fields, so that there is nothing to be inspected.
    this.spec = CommandSpec.wrapWithoutInspection(this).name(daemon.name());
    this.settings =
        SettingsOptions.addTo(
            spec, host, daemon.name(), withLogs(daemon.settings()), otherEnvironment);
    spec.addOption(printConfig);
    List<String> description = new ArrayList<>(daemon.description());
    description.add(
        "Each setting can be given in a YAML file, in the environment or as a flag; the later is"
            + " the stronger. --print-config shows the words of the file; in the environment"
            + " --log-level is TALLYMAN_LOG_LEVEL.");
    spec.usageMessage()
        .sortOptions(false)
        .sortSynopsis(false)
        .description(description.toArray(String[]::new));
  }

  /**
   * The command of a daemon.
   *
   * @param otherEnvironment names that begin with {@code TALLYMAN_} and belong to other commands
   */
  public static CommandSpec spec(Host host, Daemon daemon, Predicate<String> otherEnvironment) {
    return new DaemonCommand(host, daemon, otherEnvironment).spec;
  }

  /** A daemon's settings with those of its log, which every daemon has. */
  public static List<Setting<?>> withLogs(List<Setting<?>> settings) {
    List<Setting<?>> all = new ArrayList<>(settings);
    all.add(Logs.LEVEL);
    return List.copyOf(all);
  }

  @Override
  public Integer call() {
    Settings inForce = settings.read();
    if (printConfig.<Boolean>getValue()) {
      host.out().text(inForce.print());
      return ExitCodes.OK;
    }
    Logs.start(inForce.get(Logs.LEVEL));
    try (ServiceManager manager =
        ServiceManager.of(host.environment(), ProcessHandle.current().pid())) {
      return Lifetime.run(daemon.name(), manager, onDefect -> start(inForce, onDefect));
    }
  }

  private Daemon.Running start(Settings inForce, Runnable onDefect) {
    try {
      return daemon.start(inForce, onDefect);
    } catch (FaultsException e) {
      throw SettingsOptions.unusable(e);
    }
  }
}
