package dev.tallyman.compose.load.interpolate;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces variables in values, not in keys. What a variable holds is not looked at again, and
 * stays text whatever it looks like. For one thread.
 */
public final class Interpolator {

  private final Faults faults;
  private final List<Fault> warnings;
  private final Set<String> warned = new HashSet<>();

  /**
   * An interpolator.
   *
   * @param warnings gets one warning for each variable that is not set
   */
  public Interpolator(Faults faults, List<Fault> warnings) {
    this.faults = faults;
    this.warnings = warnings;
  }

  /** The value with its variables replaced; what cannot be is a fault and stays as written. */
  public YamlValue interpolate(YamlValue value, KeyPath at, Variables variables) {
    return switch (value) {
      case Scalar(Place place, String text, Kind kind) when kind == Kind.TEXT ->
          text.indexOf('$') < 0
              ? value
              : new Scalar(place, interpolate(text, place.toString(), at + ": ", variables), kind);
      case Scalar scalar -> scalar;
      case Sequence(Place place, List<YamlValue> items) -> {
        List<YamlValue> done = new ArrayList<>(items.size());
        for (YamlValue item : items) {
          done.add(interpolate(item, at.item(done.size()), variables));
        }
        yield new Sequence(place, done);
      }
      case Mapping(Place place, List<Entry> entries) ->
          new Mapping(
              place,
              entries.stream()
                  .map(entry ->
                      new Entry(
                          entry.place(),
                          entry.key(),
                          interpolate(entry.value(), at.key(entry.key()), variables)))
                  .toList());
    };
  }

  /**
   * The text with its variables replaced.
   *
   * @param where for faults and warnings
   * @param prefix begins their messages
   */
  public String interpolate(String text, String where, String prefix, Variables variables) {
    try {
      return new Template(variables, name -> warn(name, where, prefix)).substitute(text);
    } catch (InvalidTemplateException e) {
      faults.add(where, prefix + e.getMessage());
      return text;
    }
  }

  private void warn(String name, String where, String prefix) {
    if (warned.add(name)) {
      warnings.add(
          new Fault(
              where,
              prefix + "the variable " + name + " is not set; an empty text takes its place"));
    }
  }
}
