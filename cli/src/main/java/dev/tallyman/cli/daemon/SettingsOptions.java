package dev.tallyman.cli.daemon;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.Layers;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import dev.tallyman.config.SettingsSchema;
import dev.tallyman.config.fault.FaultsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Settings as the options of a command. The options are made from the declarations, so that none
 * can be forgotten.
 */
public final class SettingsOptions {

  static final String CONFIG_VARIABLE = "TALLYMAN_CONFIG";
  private static final String CONFIG_FLAG = "--config";

  private final Host host;
  private final CommandSpec spec;
  private final Path defaultFile;
  private final List<Setting<?>> settings;
  private final Predicate<String> otherEnvironment;

  private SettingsOptions(
      Host host,
      CommandSpec spec,
      Path defaultFile,
      List<Setting<?>> settings,
      Predicate<String> otherEnvironment) {
    this.host = host;
    this.spec = spec;
    this.defaultFile = defaultFile;
    this.settings = List.copyOf(settings);
    this.otherEnvironment = otherEnvironment;
  }

  /**
   * Adds an option for each setting that may be a flag, and {@code --config}.
   *
   * @param daemon whose settings file is meant
   * @param otherEnvironment names that begin with {@code TALLYMAN_} and belong to other commands
   */
  public static SettingsOptions addTo(
      CommandSpec spec,
      Host host,
      String daemon,
      List<Setting<?>> settings,
      Predicate<String> otherEnvironment) {
    Path defaultFile = host.paths().configDir().resolve(daemon + ".yaml");
    spec.addOption(
        OptionSpec.builder(CONFIG_FLAG)
            .paramLabel("FILE")
            .type(Path.class)
            .description(
                "Settings file. Default: $%s, else %s if there is one."
                    .formatted(CONFIG_VARIABLE, defaultFile))
            .build());
    for (Setting<?> setting : settings) {
      setting.flag().ifPresent(flag -> spec.addOption(option(flag, setting)));
    }
    return new SettingsOptions(host, spec, defaultFile, settings, otherEnvironment);
  }

  private static OptionSpec option(String flag, Setting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(flag)
            .paramLabel(setting.type().placeholder())
            // A description may hold picocli's own marks.
            .description(
                (setting.description() + " Default: " + setting.defaultText() + ".")
                    .replace("%", "%%"));
    // Values stay text: the reader of settings checks them with all others.
    return setting.type().repeatable()
        ? option.type(List.class).auxiliaryTypes(String.class).arity("1").build()
        : option.type(String.class).arity("1").build();
  }

  /**
   * Reads the settings after the command line was parsed.
   *
   * @throws CommandFailure with all faults
   */
  public Settings read() {
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

  /** The failure of a command whose settings have these faults. */
  public static CommandFailure unusable(FaultsException faults) {
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
        .or(() -> Optional.of(defaultFile).filter(Files::exists));
  }

  /** What the command line says for an option of this command. */
  private <T> Optional<T> given(String flag) {
    return Optional.ofNullable(spec.findOption(flag)).map(option -> option.<T>getValue());
  }
}
