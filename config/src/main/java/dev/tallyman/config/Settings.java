package dev.tallyman.config;

import dev.tallyman.config.fault.Fault;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings in force and where each came from. Immutable. */
public final class Settings {

  private final Map<Setting<?>, InForce<?>> values;

  Settings(List<InForce<?>> values) {
    Map<Setting<?>, InForce<?>> bySetting = new LinkedHashMap<>();
    values.forEach(value -> bySetting.put(value.setting(), value));
    this.values = Collections.unmodifiableMap(bySetting);
  }

  /**
   * The value in force.
   *
   * @throws IllegalArgumentException when the setting is not of the schema that was read
   */
  public <T> T get(Setting<T> setting) {
    return inForce(setting).value();
  }

  /**
   * Where the value in force came from.
   *
   * @throws IllegalArgumentException when the setting is not of the schema that was read
   */
  public Source source(Setting<?> setting) {
    return inForce(setting).source();
  }

  /**
   * A fault of a value that is right alone and wrong together with others.
   *
   * @param problem what is wrong, like "20s (expected: at most lease.duration, 15s)"
   */
  public Fault fault(Setting<?> setting, String problem) {
    return new Fault(source(setting).toString(), setting.key() + ": " + problem);
  }

  /**
   * All settings, in the order of their declaration, as a settings file that would give the same
   * values, each with the source of its value as a comment. Secrets and what has no value are
   * comments. Ends with a line break.
   */
  public String print() {
    return SettingsPrinter.print(values.values());
  }

  private <T> InForce<T> inForce(Setting<T> setting) {
    InForce<?> found = values.get(setting);
    if (found == null) {
      throw new IllegalArgumentException("setting " + setting.key() + " was not declared here");
    }
    // A setting is put together with a value of its own type only, see InForce.
    @SuppressWarnings("unchecked")
    InForce<T> mine = (InForce<T>) found;
    return mine;
  }

  /** A setting with its value. */
  record InForce<T>(Setting<T> setting, T value, Source source) {
    String printed() {
      String text = setting.type().print(value);
      return setting.isSecret() && !text.isEmpty() ? "***" : text;
    }
  }
}
