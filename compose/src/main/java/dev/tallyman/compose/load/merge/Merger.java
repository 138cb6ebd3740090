package dev.tallyman.compose.load.merge;

import dev.tallyman.compose.load.tree.EntryMap;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Merges values in long form: mappings entry by entry, lists one after the other, single values by
 * the later one, and by {@link MergeRules} where the specification says otherwise. Nothing over
 * something leaves it as it is. For one thread.
 */
public final class Merger {

  private final Marks marks;

  /** A merger that heeds these marks. */
  public Merger(Marks marks) {
    this.marks = marks;
  }

  /** One mapping over another. */
  public Mapping merge(Mapping base, Mapping over, KeyPath at) {
    EntryMap merged = EntryMap.of(base);
    for (Entry entry : over.entries()) {
      Optional<YamlValue> old = merged.get(entry.key());
      if (marks.isReset(entry.value())) {
        merged.remove(entry.key());
      } else if (old.isPresent()) {
        merged.put(
            new Entry(
                entry.place(), entry.key(), merge(old.get(), entry.value(), at.key(entry.key()))));
      } else {
        merged.put(entry);
      }
    }
    return merged.at(base.place());
  }

  private YamlValue merge(YamlValue base, YamlValue over, KeyPath at) {
    if (marks.isOverride(over) || MergeRules.replaces(at)) {
      return over;
    }
    if (Trees.isNothing(over)) {
      return base;
    }
    return switch (over) {
      case Mapping mapping when base instanceof Mapping old ->
          MergeRules.excludes(at, old, mapping) ? mapping : merge(old, mapping, at);
      case Sequence(Place _, List<YamlValue> items)
          when base instanceof Sequence(Place place, List<YamlValue> old) ->
          new Sequence(place, lists(old, items, at));
      case Mapping mapping -> mapping;
      case Sequence sequence -> sequence;
      case Scalar scalar -> scalar;
    };
  }

  private List<YamlValue> lists(List<YamlValue> base, List<YamlValue> over, KeyPath at) {
    Optional<MergeRules.ListRule> rule = MergeRules.list(at);
    if (rule.isEmpty()) {
      List<YamlValue> all = new ArrayList<>(base);
      all.addAll(over);
      return all;
    }
    Map<String, YamlValue> items = new LinkedHashMap<>();
    base.forEach(item -> items.put(rule.get().identity().apply(item), item));
    for (YamlValue item : over) {
      items.merge(
          rule.get().identity().apply(item),
          item,
          (old, mine) ->
              rule.get().mergesItems() && old instanceof Mapping a && mine instanceof Mapping b
                  ? merge(a, b, at.key("*"))
                  : mine);
    }
    return List.copyOf(items.values());
  }

  /** The value without what is marked to be taken away. */
  public YamlValue settle(YamlValue value) {
    if (marks.noResets()) {
      return value;
    }
    return switch (value) {
      case Scalar scalar -> scalar;
      case Sequence(Place place, List<YamlValue> items) ->
          new Sequence(
              place,
              items.stream().filter(item -> !marks.isReset(item)).map(this::settle).toList());
      case Mapping(Place place, List<Entry> entries) ->
          new Mapping(
              place,
              entries.stream()
                  .filter(entry -> !marks.isReset(entry.value()))
                  .map(entry -> new Entry(entry.place(), entry.key(), settle(entry.value())))
                  .toList());
    };
  }

  /**
   * The value with nothing in the place of what is marked to take away, so that what stands there,
   * which has no meaning, is not checked.
   */
  public YamlValue hollow(YamlValue value) {
    if (marks.noResets()) {
      return value;
    }
    if (marks.isReset(value)) {
      return Trees.nothing(value.place());
    }
    return switch (value) {
      case Scalar scalar -> scalar;
      case Sequence(Place place, List<YamlValue> items) ->
          new Sequence(
              place,
              items.stream().filter(item -> !marks.isReset(item)).map(this::hollow).toList());
      case Mapping(Place place, List<Entry> entries) ->
          new Mapping(
              place,
              entries.stream()
                  .map(entry -> new Entry(entry.place(), entry.key(), hollow(entry.value())))
                  .toList());
    };
  }
}
