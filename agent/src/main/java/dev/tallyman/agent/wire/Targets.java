package dev.tallyman.agent.wire;

import java.util.HashMap;
import java.util.Map;

/** The places of one workload's file system at which something is put: each only once. */
final class Targets {

  private final Map<String, String> fieldByPlace = new HashMap<>();

  /** The target of a mount or a file, which is taken from now on. */
  String take(String field, String target, FieldFaults faults) {
    String path = Texts.target(field + ".target", target, faults);
    if (path.isEmpty()) {
      return path;
    }
    String before = fieldByPlace.putIfAbsent(Texts.cleaned(path), field);
    if (before != null) {
      faults.add(field + ".target", path, "a path that " + before + " does not have already");
    }
    return path;
  }
}
