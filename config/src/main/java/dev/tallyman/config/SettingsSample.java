package dev.tallyman.config;

import dev.tallyman.config.Setting.Absent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Writes the settings file that one begins with: all settings, each as a comment. */
final class SettingsSample {

  private static final int WIDTH = 100;

  private final StringBuilder out = new StringBuilder();

  private SettingsSample() {}

  static String print(List<Setting<?>> settings) {
    Map<String, List<Setting<?>>> groups = new LinkedHashMap<>();
    for (Setting<?> setting : settings) {
      String first = setting.key().replaceFirst("\\..*", "");
      groups.computeIfAbsent(first, _ -> new ArrayList<>()).add(setting);
    }
    SettingsSample sample = new SettingsSample();
    groups.forEach(sample::group);
    return sample.out.toString();
  }

  private void group(String first, List<Setting<?>> settings) {
    out.append('\n');
    if (settings.getFirst().key().equals(first)) {
      settings.forEach(setting -> setting("", first, setting));
      return;
    }
    out.append('#').append(first).append(":\n");
    for (Setting<?> setting : settings) {
      setting("  ", setting.key().substring(first.length() + 1), setting);
    }
  }

  /** A deeper key stands in braces: {@code renew: {every: 5s}}. */
  private void setting(String indent, String words, Setting<?> setting) {
    wrap(indent, setting.description() + instead(setting));
    int dots = (int) words.chars().filter(c -> c == '.').count();
    out.append('#')
        .append(indent)
        .append(words.replace(".", ": {"))
        .append(": ")
        .append(value(setting))
        .append("}".repeat(dots))
        .append('\n');
  }

  private static <T> String instead(Setting<T> setting) {
    return switch (setting.absent()) {
      case Absent.Refused<T> _ -> " Required.";
      case Absent.Computed<T>(String how, Supplier<T> _) -> " Default: " + how + ".";
      case Absent.Constant<T> _ -> "";
    };
  }

  private static <T> String value(Setting<T> setting) {
    return switch (setting.absent()) {
      case Absent.Refused<T> _ -> setting.type().placeholder();
      case Absent.Computed<T> _ -> setting.type().placeholder();
      case Absent.Constant<T>(T value) -> {
        String text = setting.type().print(value);
        yield text.isEmpty() ? setting.type().placeholder() : text;
      }
    };
  }

  private void wrap(String indent, String text) {
    String lead = "# " + indent;
    StringBuilder line = new StringBuilder(lead);
    for (String word : text.split(" ", -1)) {
      if (line.length() + word.length() >= WIDTH) {
        out.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(lead);
      }
      line.append(word).append(' ');
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }
}
