package dev.tallyman.agent.explore;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.Created;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Running;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * An engine as small as can be: names are unique, what was created can be started, what runs ends,
 * and each of these takes effect at once. Addressed by id, as engines are.
 */
final class ModelEngine {

  /** The exit code of a process that a stop ended. */
  private static final int TERMINATED = 128 + 15;

  /** What costs a hash each time. */
  private record Digests(String name, String specHash) {}

  private static final Map<InstanceSpec, Digests> DIGESTS =
      Collections.synchronizedMap(new IdentityHashMap<>());

  final String name;

  /** By name. */
  private final TreeMap<String, ModelContainer> containers = new TreeMap<>();

  private int made;
  boolean up = true;

  ModelEngine(String name) {
    this.name = name;
  }

  ModelEngine copy() {
    ModelEngine copy = new ModelEngine(name);
    copy.containers.putAll(containers);
    copy.made = made;
    copy.up = up;
    return copy;
  }

  Collection<ModelContainer> all() {
    return containers.values();
  }

  Optional<ModelContainer> byUid(String uid) {
    return containers.values().stream().filter(c -> c.spec().uid().equals(uid)).findFirst();
  }

  Optional<ModelContainer> byId(String id) {
    return containers.values().stream().filter(c -> c.id().equals(id)).findFirst();
  }

  List<Instance> list() {
    return containers.values().stream().map(ModelContainer::seen).toList();
  }

  /** Makes a container; empty if its name is taken. */
  Optional<ModelContainer> create(InstanceSpec spec) {
    Digests digests =
        DIGESTS.computeIfAbsent(spec, s -> new Digests(s.instanceName(), s.specHash()));
    if (containers.containsKey(digests.name())) {
      return Optional.empty();
    }
    ModelContainer container =
        new ModelContainer(
            name + "#" + made++, digests.name(), spec, digests.specHash(), new Created());
    put(container);
    return Optional.of(container);
  }

  /** The hash of a spec that is asked for often. */
  static String specHash(InstanceSpec spec) {
    return DIGESTS
        .computeIfAbsent(spec, s -> new Digests(s.instanceName(), s.specHash()))
        .specHash();
  }

  /** Starts a container unless it runs. */
  ModelContainer start(ModelContainer container, Instant now) {
    if (container.isRunning()) {
      return container;
    }
    return put(container.in(new Running(now)));
  }

  /** Ends the process of a container, if it has one. */
  ModelContainer end(ModelContainer container, OptionalInt code, Instant now) {
    return container.state() instanceof Running(Instant startedAt)
        ? put(container.in(exited(code, startedAt, now)))
        : container;
  }

  /** Stops a container as its stop signal does. */
  ModelContainer stop(ModelContainer container, Instant now) {
    return end(container, OptionalInt.of(TERMINATED), now);
  }

  void remove(ModelContainer container) {
    containers.remove(container.name());
  }

  private static InstanceState exited(OptionalInt code, Instant startedAt, Instant now) {
    return new Exited(code, ExitCause.ENDED, Optional.of(startedAt), Optional.of(now));
  }

  private ModelContainer put(ModelContainer container) {
    containers.put(container.name(), container);
    return container;
  }
}
