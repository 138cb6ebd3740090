package dev.tallyman.compose.translate;

import dev.tallyman.compose.translate.Treatment.NoEffect;
import dev.tallyman.compose.translate.Treatment.Refused;
import dev.tallyman.compose.translate.Treatment.Translated;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys that a mapping may have, and what is done with each. Keys that begin with {@code x-} are
 * everybody's own and are not in it, but for ours.
 *
 * @param of what the mapping is: {@code a service}
 * @param keys in the order in which they are documented
 */
record KeyTable(String of, Map<String, Treatment> keys) {

  KeyTable {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
  }

  /** A table without keys. */
  static KeyTable of(String what) {
    return new KeyTable(what, Map.of());
  }

  /** This table and keys that are translated. */
  KeyTable translated(String... names) {
    Map<String, Treatment> all = new LinkedHashMap<>(keys);
    for (String name : names) {
      all.put(name, new Translated());
    }
    return new KeyTable(of, all);
  }

  /** This table and a key without effect. */
  KeyTable noEffect(String name, String why) {
    return with(name, new NoEffect(why));
  }

  /** This table and a key that is refused. */
  KeyTable refused(String name, String advice) {
    return with(name, new Refused(advice));
  }

  private KeyTable with(String name, Treatment treatment) {
    Map<String, Treatment> all = new LinkedHashMap<>(keys);
    all.put(name, treatment);
    return new KeyTable(of, all);
  }
}
