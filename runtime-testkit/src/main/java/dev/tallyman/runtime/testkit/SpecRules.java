package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What no engine takes. */
final class SpecRules {

  private SpecRules() {}

  /**
   * Refuses a spec, with all its faults.
   *
   * @param signals names of signals that there are
   */
  static void refuseInvalid(InstanceSpec spec, Set<String> signals) {
    List<String> faults = new ArrayList<>();
    if (!Registry.isReference(spec.image())) {
      faults.add("image: '" + spec.image() + "' (expected: a reference such as host/name:tag)");
    }
    spec.effectiveEnv()
        .forEach((key, value) -> {
          if (key.isEmpty() || key.contains("=") || key.contains("\0")) {
            faults.add("env: name '" + key + "' (expected: a name without '=' and NUL)");
          }
          if (value.contains("\0")) {
            faults.add("env: value of '" + key + "' (expected: text without NUL)");
          }
        });
    spec.stopSignal()
        .filter(signal -> !signals.contains(signal))
        .ifPresent(signal -> faults.add("stopSignal: " + signal + " (expected: a signal's name)"));
    if (!faults.isEmpty()) {
      throw new RuntimeFailure.InvalidSpec(spec.instanceName() + ": " + String.join("; ", faults));
    }
  }
}
