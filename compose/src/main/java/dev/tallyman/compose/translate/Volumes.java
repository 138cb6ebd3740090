package dev.tallyman.compose.translate;

import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.proto.v1.Volume;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The volumes of a project. */
final class Volumes {

  private final Map<String, Volume> byKey = new LinkedHashMap<>();
  private final Findings findings;

  private Volumes(Findings findings) {
    this.findings = findings;
  }

  /** Reads the volumes of a project. */
  static Volumes read(Fields top, Findings findings) {
    Volumes volumes = new Volumes(findings);
    Map<String, Placed<Volume>> byName = new HashMap<>();
    top.named("volumes", ProjectKeys.VOLUME)
        .forEach((key, fields) -> {
          Volume volume = volumes.volume(key, fields);
          volumes.byKey.put(key, volume);
          Placed<Volume> before =
              byName.putIfAbsent(
                  volume.getName(), new Placed<>(volume, fields.place(), fields.path()));
          if (before != null && !before.value().equals(volume)) {
            findings.refuse(
                fields.self(),
                "describes %s in another way than %s at %s"
                    .formatted(volume.getName(), before.path(), before.place()));
          }
        });
    return volumes;
  }

  /** The volume with that key; a fault where there is none. */
  Optional<Volume> find(Placed<String> key) {
    Volume volume = byKey.get(key.value());
    if (volume == null) {
      findings.refuse(
          key,
          "there is no volume %s under volumes:%s"
              .formatted(key.value(), Suggestions.didYouMean(key.value(), byKey.keySet())));
    }
    return Optional.ofNullable(volume);
  }

  private Volume volume(String key, Fields fields) {
    Volume.Builder volume = Volume.newBuilder();
    volume.setName(
        Form.ENGINE_NAME.check(fields.text("name").orElse(fields.self().with(key)), findings));
    fields.text("driver").ifPresent(driver -> volume.setDriver(Form.WORD.check(driver, findings)));
    // Files that read all options from variables leave some empty, which is as if they were not
    // set.
    fields.textMap("driver_opts").entrySet().stream()
        .filter(option -> !option.getValue().isEmpty())
        .forEach(option -> volume.putDriverOptions(option.getKey(), option.getValue()));
    volume.putAllLabels(Labels.read(fields, findings));
    boolean external = External.read(fields, findings);
    fields.close();
    if (!external) {
      return volume.build();
    }
    Volume nothingElse = Volume.newBuilder().setName(volume.getName()).setExternal(true).build();
    if (!volume.setExternal(true).build().equals(nothingElse)) {
      findings.refuse(
          fields.self(),
          "external: true and other keys than name: contradict each other; the volume is not made here");
    }
    return nothingElse;
  }
}
