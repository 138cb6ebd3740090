package dev.tallyman.compose.load.tree;

import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mapping while it is built. Keeps the order of first addition. For one thread. */
public final class EntryMap {

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** An empty one. */
  public EntryMap() {}

  /** One with a mapping's entries. */
  public static EntryMap of(Mapping mapping) {
    EntryMap map = new EntryMap();
    mapping.entries().forEach(map::put);
    return map;
  }

  /** Adds an entry, in the place of one with the same key. */
  public EntryMap put(Entry entry) {
    entries.put(entry.key(), entry);
    return this;
  }

  /** Adds a value; the key's place is the value's. */
  public EntryMap put(String key, YamlValue value) {
    return put(new Entry(value.place(), key, value));
  }

  /** Adds a value, under the key's own place when it has one already. */
  public EntryMap replace(String key, YamlValue value) {
    Entry old = entries.get(key);
    return put(new Entry(old == null ? value.place() : old.place(), key, value));
  }

  /** Adds a value when the key is not there. */
  public EntryMap putIfAbsent(String key, YamlValue value) {
    entries.putIfAbsent(key, new Entry(value.place(), key, value));
    return this;
  }

  /** Takes a key away. */
  public EntryMap remove(String key) {
    entries.remove(key);
    return this;
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return entries.containsKey(key);
  }

  /** The value of a key. */
  public Optional<YamlValue> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** All entries, in order. */
  public List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  /** Whether there is no entry. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The mapping. */
  public Mapping at(Place place) {
    return new Mapping(place, entries());
  }
}
