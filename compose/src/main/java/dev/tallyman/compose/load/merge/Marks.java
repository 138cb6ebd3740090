package dev.tallyman.compose.load.merge;

import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlDocument;
import dev.tallyman.config.yaml.YamlValue;
import java.util.HashSet;
import java.util.Set;

/**
 * The values that files have marked: {@code !reset} takes away what an earlier file says, {@code
 * !override} takes its place instead of merging. Values are known by their places, which outlive
 * every step of loading. For one thread.
 */
public final class Marks {

  private final Set<Place> resets = new HashSet<>();
  private final Set<Place> overrides = new HashSet<>();

  /** No marks yet. */
  public Marks() {}

  /** Adds the marks of a document. */
  public void add(YamlDocument document) {
    document.tags().forEach((place, tag) -> (tag.equals("!reset") ? resets : overrides).add(place));
  }

  /** Whether the value takes away. */
  public boolean isReset(YamlValue value) {
    return !resets.isEmpty() && resets.contains(value.place());
  }

  /** Whether the value takes the place of what it is merged over. */
  public boolean isOverride(YamlValue value) {
    return !overrides.isEmpty() && overrides.contains(value.place());
  }

  /** Whether nothing takes away. */
  public boolean noResets() {
    return resets.isEmpty();
  }
}
