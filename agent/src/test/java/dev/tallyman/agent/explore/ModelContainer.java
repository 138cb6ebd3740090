package dev.tallyman.agent.explore;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.Running;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container of a {@link ModelEngine}. */
record ModelContainer(
    String id, String name, InstanceSpec spec, String specHash, InstanceState state) {

  boolean isRunning() {
    return state instanceof Running;
  }

  ModelContainer in(InstanceState newState) {
    return new ModelContainer(id, name, spec, specHash, newState);
  }

  Instance seen() {
    return new Instance(
        spec.uid(),
        spec.stack(),
        spec.workload(),
        specHash,
        id,
        name,
        spec.image(),
        state,
        List.of(),
        Map.of(),
        spec.feed().isEmpty() ? Optional.empty() : Optional.of(spec.feed()),
        spec.dependencies());
  }
}
