package dev.tallyman.cli.daemon;

import dev.tallyman.cli.CommandFailure;
import dev.tallyman.cli.ExitCodes;
import dev.tallyman.cli.Host;
import dev.tallyman.config.Layers;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import dev.tallyman.config.SettingsSchema;
import dev.tallyman.config.fault.FaultsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A daemon as a command. Each of its settings is a flag; the flags are made from the declarations,
 * so that none can be forgotten.
 */
public final class DaemonCommand implements Callable<Integer> {

  private static final String CONFIG_VARIABLE = "TALLYMAN_CONFIG";
  private static final String CONFIG_FLAG = "--config";
  private static final String PRINT_FLAG = "--print-config";

  private final Host host;
  private final Daemon daemon;
  private final Predicate<String> otherEnvironment;
  private final List<Setting<?>> settings = new ArrayList<>();
  private final CommandSpec spec;

  private DaemonCommand(Host host, Daemon daemon, Predicate<String> otherEnvironment) {
    this.host = host;
    this.daemon = daemon;
    this.otherEnvironment = otherEnvironment;
    this.settings.addAll(daemon.settings());
    this.settings.add(Logs.LEVEL);
    this.spec = CommandSpec.wrapWithoutInspection(this);
  }

  /**
   * The command of a daemon.
   *
   * @param otherEnvironment names that begin with {@code TALLYMAN_} and belong to other commands
   */
  public static CommandSpec spec(Host host, Daemon daemon, Predicate<String> otherEnvironment) {
    DaemonCommand command = new DaemonCommand(host, daemon, otherEnvironment);
    command.describe();
    return command.spec;
  }

  private void describe() {
    spec.name(daemon.name());
    List<String> description = new ArrayList<>(daemon.description());
    description.add(
        "Each setting can be given in a YAML file, in the environment or as a flag; the later is"
            + " the stronger. --print-config shows the words of the file; in the environment"
            + " --lease-renew is TALLYMAN_LEASE_RENEW.");
    spec.usageMessage().description(description.toArray(String[]::new));
    spec.addOption(
        OptionSpec.builder(CONFIG_FLAG)
            .paramLabel("FILE")
            .type(Path.class)
            .description(
                "Settings file. Default: $%s, else %s if there is one."
                    .formatted(CONFIG_VARIABLE, defaultFile()))
            .build());
    spec.addOption(
        OptionSpec.builder(PRINT_FLAG)
            .type(boolean.class)
            .arity("0")
            .description("Show the settings in force and where each came from, and end.")
            .build());
    for (Setting<?> setting : settings) {
      setting.flag().ifPresent(flag -> spec.addOption(option(flag, setting)));
    }
  }

  private static OptionSpec option(String flag, Setting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(flag)
            .paramLabel(setting.type().placeholder())
            // A value may hold picocli's own marks.
            .description(
                (setting.description() + " Default: " + setting.defaultText() + ".")
                    .replace("%", "%%"));
    // Values stay text: the reader of settings checks them with all others.
    return setting.type().repeatable()
        ? option.type(List.class).auxiliaryTypes(String.class).arity("1").build()
        : option.type(String.class).arity("1").build();
  }

  @Override
  public Integer call() {
    Settings inForce = read();
    if (this.<Boolean>given(PRINT_FLAG).orElse(false)) {
      host.out().text(inForce.print());
      return ExitCodes.OK;
    }
    Logs.start(inForce.get(Logs.LEVEL));
    return Lifetime.run(daemon.name(), () -> start(inForce));
  }

  private Settings read() {
    Layers layers =
        Layers.none()
            .withEnvironment(host.environment())
            .allowingEnvironment(otherEnvironment)
            .withFlags(flags());
    Optional<Path> file = file();
    try {
      return SettingsSchema.of(settings).read(file.map(layers::withFile).orElse(layers));
    } catch (FaultsException e) {
      throw unusable(e);
    }
  }

  private Daemon.Running start(Settings inForce) {
    try {
      return daemon.start(inForce);
    } catch (FaultsException e) {
      throw unusable(e);
    }
  }

  private static CommandFailure unusable(FaultsException faults) {
    return CommandFailure.usage(
        faults.faults().stream()
            .map(fault -> "\n  " + fault)
            .collect(Collectors.joining("", "the settings cannot be used:", "")));
  }

  private Map<Setting<?>, List<String>> flags() {
    Map<Setting<?>, List<String>> flags = new HashMap<>();
    for (Setting<?> setting : settings) {
      setting
          .flag()
          .flatMap(this::<Object>given)
          .ifPresent(value ->
              flags.put(
                  setting,
                  value instanceof List<?> several
                      ? several.stream().map(String::valueOf).toList()
                      : List.of(value.toString())));
    }
    return flags;
  }

  private Optional<Path> file() {
    return this.<Path>given(CONFIG_FLAG)
        .or(() -> Optional.ofNullable(host.environment().get(CONFIG_VARIABLE)).map(Path::of))
        .or(() -> Optional.of(defaultFile()).filter(Files::exists));
  }

  /** What the command line says for an option of this command. */
  private <T> Optional<T> given(String flag) {
    return Optional.ofNullable(spec.findOption(flag)).map(option -> option.<T>getValue());
  }

  private Path defaultFile() {
    return host.paths().configDir().resolve(daemon.name() + ".yaml");
  }
}
