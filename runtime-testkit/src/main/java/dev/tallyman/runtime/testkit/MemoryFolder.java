package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.HostFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files of instances in the memory of the host. Guarded by the engine's lock. */
final class MemoryFolder {

  private final Map<String, List<HostFile>> byUid = new HashMap<>();

  void put(String uid, List<HostFile> files) {
    if (!files.isEmpty()) {
      byUid.put(uid, List.copyOf(files));
    }
  }

  List<HostFile> of(String uid) {
    return byUid.getOrDefault(uid, List.of());
  }

  void remove(String uid) {
    byUid.remove(uid);
  }

  /** As when the host is started anew. */
  void lose() {
    byUid.clear();
  }
}
