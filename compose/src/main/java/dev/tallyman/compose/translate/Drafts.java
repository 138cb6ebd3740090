package dev.tallyman.compose.translate;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The drafts of all services of a project. */
final class Drafts {

  private final Map<String, Draft> byKey = new LinkedHashMap<>();

  Drafts(List<Draft> drafts) {
    drafts.forEach(draft -> byKey.put(draft.service().key(), draft));
  }

  /** All, in the order of the file. */
  Collection<Draft> all() {
    return byKey.values();
  }

  /** Keys of all, in the order of the file. */
  Collection<String> keys() {
    return byKey.keySet();
  }

  /** Whether the project has such a service. */
  boolean has(String key) {
    return byKey.containsKey(key);
  }

  /** The draft of a service that the project has. */
  Draft of(String key) {
    return requireNonNull(byKey.get(key), key);
  }
}
