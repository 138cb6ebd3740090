package dev.tallyman.config;

import dev.tallyman.config.Settings.InForce;
import dev.tallyman.config.fault.FaultsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All settings of a program. Immutable. */
public final class SettingsSchema {

  private final List<Setting<?>> settings;

  private SettingsSchema(List<Setting<?>> settings) {
    this.settings = List.copyOf(settings);
  }

  /** See {@link #of(List)}. */
  public static SettingsSchema of(Setting<?>... settings) {
    return of(Arrays.asList(settings));
  }

  /**
   * A schema of these settings.
   *
   * @throws IllegalArgumentException when two have the same name in the environment, or one's key
   *     is the beginning of another's: then the file could not hold both
   */
  public static SettingsSchema of(List<Setting<?>> settings) {
    Set<String> names = new HashSet<>();
    for (Setting<?> setting : settings) {
      if (!names.add(setting.environmentName())) {
        throw new IllegalArgumentException("setting " + setting.key() + " is declared twice");
      }
      for (Setting<?> other : settings) {
        if (other.key().startsWith(setting.key() + ".")) {
          throw new IllegalArgumentException(
              "setting %s is a value and holds %s".formatted(setting.key(), other.key()));
        }
      }
    }
    return new SettingsSchema(settings);
  }

  /** The settings, in the order of their declaration. */
  public List<Setting<?>> settings() {
    return settings;
  }

  /**
   * A settings file with every setting and what it means, each commented out: with its default, or
   * with a word for the kind of its value where there is no fixed one. Lines of prose begin with
   * {@code # }, settings with {@code #} and no space or two more. Begins and ends with a line
   * break.
   */
  public String sample() {
    return SettingsSample.print(settings);
  }

  /**
   * Reads the settings. Every value that was given is checked, also one that a stronger layer
   * replaces. A list or mapping of a stronger layer replaces the weaker one whole.
   *
   * @throws FaultsException with all faults: values of a wrong form or range, words in the file and
   *     names in the environment that are no settings, required settings without a value
   */
  public Settings read(Layers layers) {
    LayerReader reader = new LayerReader(settings, layers);
    List<InForce<?>> values = new ArrayList<>();
    for (Setting<?> setting : settings) {
      reader.read(setting).ifPresent(values::add);
    }
    reader.faults().throwIfAny();
    return new Settings(values);
  }
}
