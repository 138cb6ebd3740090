package dev.tallyman.config;

import dev.tallyman.config.Settings.InForce;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.config.yaml.YamlReader;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads settings out of the layers, strongest first. For one thread and one use. */
final class LayerReader {

  private static final YamlReader YAML = new YamlReader(new YamlReader.Bounds(1 << 20, 20, 10_000));

  /** Names of the launcher, of clients and of the test suite; they belong to no schema. */
  private static final Set<String> WELL_KNOWN_ENVIRONMENT =
      Set.of("TALLYMAN_JAVA_HOME", "TALLYMAN_JAVA_OPTS", "TALLYMAN_CONFIG", "TALLYMAN_SERVER");

  private static final String TEST_ENVIRONMENT = "TALLYMAN_TEST_";

  private final Map<String, Setting<?>> byKey;
  private final Layers layers;
  private final Faults faults = new Faults();
  private final Map<String, YamlValue> inFile = new HashMap<>();

  LayerReader(List<Setting<?>> settings, Layers layers) {
    this.byKey = settings.stream().collect(Collectors.toMap(Setting::key, setting -> setting));
    this.layers = layers;
    layers.file().ifPresent(this::readFile);
    refuseUnknownEnvironment();
  }

  Faults faults() {
    return faults;
  }

  /** The value in force; empty when there is a fault. */
  <T> Optional<InForce<T>> read(Setting<T> setting) {
    Optional<InForce<T>> file = fromFile(setting);
    Optional<InForce<T>> environment =
        Optional.ofNullable(layers.environment().get(setting.environmentName()))
            .flatMap(text ->
                fromText(
                    setting, List.of(text), new Source.Environment(setting.environmentName())));
    Optional<InForce<T>> flag =
        Optional.ofNullable(layers.flags().get(setting))
            .flatMap(texts -> fromText(setting, texts, new Source.Flag(flagOf(setting))));
    Optional<InForce<T>> given = flag.or(() -> environment).or(() -> file);
    return isGiven(setting) ? given : absent(setting);
  }

  private boolean isGiven(Setting<?> setting) {
    return inFile.containsKey(setting.key())
        || layers.environment().containsKey(setting.environmentName())
        || layers.flags().containsKey(setting);
  }

  private <T> Optional<InForce<T>> fromFile(Setting<T> setting) {
    YamlValue value = inFile.get(setting.key());
    if (value == null) {
      return Optional.empty();
    }
    return setting
        .type()
        .read(
            value,
            (wrong, name, problem) ->
                faults.add(
                    wrong.place().toString(),
                    setting.key() + name + ": " + message(setting, problem)))
        .map(read -> new InForce<>(setting, read, new Source.File(value.place())));
  }

  private <T> Optional<InForce<T>> fromText(Setting<T> setting, List<String> texts, Source source) {
    try {
      return Optional.of(new InForce<>(setting, setting.type().parse(texts), source));
    } catch (InvalidValueException e) {
      faults.add(source.toString(), setting.key() + ": " + message(setting, e));
      return Optional.empty();
    }
  }

  private <T> Optional<InForce<T>> absent(Setting<T> setting) {
    return switch (setting.absent()) {
      case Setting.Absent.Constant<T>(T value) ->
          Optional.of(new InForce<>(setting, value, new Source.Default("")));
      case Setting.Absent.Refused<T> _ -> {
        faults.add(
            setting.key(),
            "no value (expected: %s in the settings file%s or as %s)"
                .formatted(
                    setting.type().expected(),
                    setting.flag().map(flag -> ", with " + flag).orElse(""),
                    setting.environmentName()));
        yield Optional.empty();
      }
      case Setting.Absent.Computed<T>(String how, Supplier<T> value) ->
          computed(setting, how, value);
    };
  }

  private <T> Optional<InForce<T>> computed(Setting<T> setting, String how, Supplier<T> value) {
    Source source = new Source.Default(how);
    try {
      return Optional.of(new InForce<>(setting, value.get(), source));
    } catch (InvalidValueException e) {
      faults.add(source.toString(), setting.key() + ": " + message(setting, e));
      return Optional.empty();
    }
  }

  private void readFile(Path file) {
    List<YamlValue> documents = YAML.readFile(file, faults);
    if (documents.size() > 1) {
      faults.add(
          documents.get(1).place().toString(), "a second document (expected: one in a file)");
    }
    for (YamlValue document : documents) {
      if (document instanceof Mapping mapping) {
        collect("", mapping);
      } else {
        faults.add(
            document.place().toString(),
            document.kindName() + " (expected: a mapping of settings)");
      }
    }
  }

  private void collect(String prefix, Mapping mapping) {
    for (Entry entry : mapping.entries()) {
      String key = prefix + entry.key();
      if (entry.key().contains(".")) {
        faults.add(
            entry.place().toString(),
            key
                + ": no such setting; write "
                + key.replace(".", ": {")
                + ": ..."
                + "}".repeat(dots(key)));
      } else if (byKey.containsKey(key)) {
        inFile.put(key, entry.value());
      } else if (byKey.keySet().stream().noneMatch(known -> known.startsWith(key + "."))) {
        faults.add(
            entry.place().toString(),
            key + ": no such setting" + Suggestions.didYouMean(key, wordsOfFile()));
      } else if (entry.value() instanceof Mapping inner) {
        collect(key + ".", inner);
      } else {
        faults.add(
            entry.value().place().toString(),
            "%s: %s (expected: a mapping with %s)"
                .formatted(key, entry.value().kindName(), wordsIn(key)));
      }
    }
  }

  /** All keys, and what stands before a dot in them. */
  private Set<String> wordsOfFile() {
    Set<String> words = new HashSet<>(byKey.keySet());
    for (String key : byKey.keySet()) {
      for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
        words.add(key.substring(0, dot));
      }
    }
    return words;
  }

  private static int dots(String key) {
    return (int) key.chars().filter(c -> c == '.').count();
  }

  private String wordsIn(String key) {
    return byKey.keySet().stream()
        .filter(known -> known.startsWith(key + "."))
        .map(known -> known.substring(key.length() + 1).replaceFirst("\\..*", ""))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private void refuseUnknownEnvironment() {
    Set<String> known =
        byKey.values().stream().map(Setting::environmentName).collect(Collectors.toSet());
    Stream<String> unknown =
        layers.environment().keySet().stream()
            .filter(name -> name.startsWith(Setting.ENVIRONMENT_PREFIX))
            .filter(name -> !known.contains(name) && !WELL_KNOWN_ENVIRONMENT.contains(name))
            .filter(name -> !name.startsWith(TEST_ENVIRONMENT))
            .filter(name -> !layers.otherEnvironment().test(name))
            .sorted();
    unknown.forEach(name ->
        faults.add("environment " + name, "no such setting" + Suggestions.didYouMean(name, known)));
  }

  private static String flagOf(Setting<?> setting) {
    return setting
        .flag()
        .orElseThrow(
            () -> new IllegalArgumentException("setting " + setting.key() + " has no flag"));
  }

  private static String message(Setting<?> setting, InvalidValueException problem) {
    return setting.isSecret() ? problem.describeWithoutValue() : problem.describe();
  }
}
