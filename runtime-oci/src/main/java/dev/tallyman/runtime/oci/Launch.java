package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.EngineCall.Verb;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that a workload has one started container.
 *
 * <p>A new one costs three requests: create, start, inspect. Whether there is one already is not
 * asked first: the engine refuses a name that is taken, and the name is derived from the uid. Only
 * a container that was seen before, perhaps under another name, is looked at.
 */
final class Launch {

  private static final Logger log = LoggerFactory.getLogger(Launch.class);

  /** How often somebody else may create and remove it meanwhile; with the pauses some 6 s. */
  private static final int MAX_ROUNDS = 16;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final Engine engine;
  private final Containers containers;
  private final Stop stop;
  private final Observer observer;
  private final InstanceCache cache;
  private final String node;

  Launch(
      Engine engine,
      Containers containers,
      Stop stop,
      Observer observer,
      InstanceCache cache,
      String node) {
    this.engine = engine;
    this.containers = containers;
    this.stop = stop;
    this.observer = observer;
    this.cache = cache;
    this.node = node;
  }

  /** As {@code ContainerRuntime.launch} says. */
  Instance launch(InstanceSpec spec) {
    EngineCall call = new EngineCall(Verb.CREATE, spec.instanceName());
    requireSupported(spec, call);
    Optional<ContainerReply> existing = known(spec);
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Instance> launched =
          existing.isPresent() ? adopt(spec, existing.get()) : create(spec, call);
      if (launched.isPresent()) {
        return launched.get();
      }
      existing = byName(spec, call);
      if (existing.isEmpty() && round > 0) {
        // Engines take the name first and show the container later.
        pause(round, call);
      }
    }
    throw engine
        .errors()
        .nameTaken(call, "others take the name and give it back all the time, or hide it");
  }

  /** The workload's container if one was seen, under whatever name. */
  private Optional<ContainerReply> known(InstanceSpec spec) {
    return cache.id(spec.uid()).flatMap(id -> containers.inspect(id, spec.instanceName()));
  }

  private void pause(int round, EngineCall call) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << round);
    try {
      Thread.sleep(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw engine.errors().cancelled(call);
    }
  }

  /** Whoever has the name. */
  private Optional<ContainerReply> byName(InstanceSpec spec, EngineCall call) {
    Optional<ContainerReply> holder = containers.inspect(spec.instanceName(), spec.instanceName());
    holder.ifPresent(reply -> {
      if (!reply.belongsTo(node) || !reply.uid().equals(spec.uid())) {
        throw engine
            .errors()
            .nameTaken(
                call,
                "its name belongs to container %s, which is not an instance of this workload"
                    .formatted(reply.id()));
      }
    });
    return holder;
  }

  /** Empty if the name is taken or the container was taken away: look again. */
  private Optional<Instance> create(InstanceSpec spec, EngineCall call) {
    String id;
    try {
      id = containers.create(spec, ociRuntime(spec));
    } catch (RuntimeFailure.Conflict nameTaken) {
      return Optional.empty();
    }
    cache.seen(spec.uid(), id);
    try {
      requireIsolation(spec, id, call);
    } catch (RuntimeFailure failure) {
      removeIfCertain(spec, id, failure);
      throw failure;
    }
    return start(spec, id);
  }

  /** Empty if it was replaced or taken away: create it. */
  private Optional<Instance> adopt(InstanceSpec spec, ContainerReply existing) {
    String id = existing.id();
    if (!existing.specHash().equals(spec.specHash())) {
      stop.stop(id, existing.name(), spec.stopGrace());
      stop.remove(id, existing.name());
      cache.gone(spec.uid(), id);
      return Optional.empty();
    }
    cache.seen(spec.uid(), id);
    requireIsolation(spec, id, new EngineCall(Verb.CREATE, existing.name()));
    Instance instance = observer.read(existing);
    return instance.state() instanceof InstanceState.Created
        ? start(spec, id)
        : Optional.of(instance);
  }

  private Optional<Instance> start(InstanceSpec spec, String id) {
    String name = spec.instanceName();
    try {
      containers.start(id, name);
    } catch (RuntimeFailure.InstanceNotFound takenAway) {
      cache.gone(spec.uid(), id);
      return Optional.empty();
    } catch (RuntimeFailure failure) {
      removeIfCertain(spec, id, failure);
      throw failure;
    } finally {
      cache.changed(id);
    }
    return containers.inspect(id, name).map(observer::read);
  }

  /** Whether the container is known not to have been started. */
  private static boolean isCertain(RuntimeFailure failure) {
    return switch (failure) {
      case RuntimeFailure.Unavailable f -> false;
      case RuntimeFailure.TimedOut f -> false;
      case RuntimeFailure.Cancelled f -> false;
      case RuntimeFailure.InstanceNotFound f -> false;
      case RuntimeFailure.ImageNotFound f -> true;
      case RuntimeFailure.PullDenied f -> true;
      case RuntimeFailure.PullFailed f -> true;
      case RuntimeFailure.Conflict f -> true;
      case RuntimeFailure.InvalidSpec f -> true;
      case RuntimeFailure.Unsupported f -> true;
      case RuntimeFailure.Internal f -> true;
    };
  }

  /** The engine refuses this if the container runs after all. */
  private void removeIfCertain(InstanceSpec spec, String id, RuntimeFailure cause) {
    if (!isCertain(cause)) {
      return;
    }
    try {
      containers.removeIdle(id, spec.instanceName());
      cache.gone(spec.uid(), id);
    } catch (RuntimeFailure.InstanceNotFound gone) {
      cache.gone(spec.uid(), id);
    } catch (RuntimeFailure failure) {
      log.warn(
          "{} could not be started and stays behind until its next launch: {}",
          spec.instanceName(),
          failure.getMessage());
    }
  }

  private void requireSupported(InstanceSpec spec, EngineCall call) {
    Set<Capability> missing = EnumSet.noneOf(Capability.class);
    missing.addAll(spec.needs());
    missing.removeAll(engine.facts().info().capabilities());
    if (!missing.isEmpty()) {
      throw engine
          .errors()
          .unsupported(
              call,
              "the engine does not offer "
                  + missing.stream().map(Capability::word).collect(Collectors.joining(", ")));
    }
    ContainerRequest.faults(spec)
        .ifPresent(fault -> {
          throw engine.errors().invalidSpec(call, fault);
        });
  }

  private Optional<String> ociRuntime(InstanceSpec spec) {
    return Optional.ofNullable(engine.facts().ociRuntimes().get(spec.isolation()));
  }

  /**
   * Proves by the engine's own words that the container has the OCI runtime that gives its
   * isolation. Podman ignores the wish for one in silence, so it is never believed unseen.
   */
  private void requireIsolation(InstanceSpec spec, String id, EngineCall call) {
    if (spec.isolation() == Isolation.CONTAINER) {
      return;
    }
    String wanted = ociRuntime(spec).orElse("");
    String found =
        switch (engine.dialect().kind()) {
          case DOCKER ->
              containers.inspect(id, call.subject()).map(ContainerReply::ociRuntime).orElse("");
          case PODMAN -> containers.libpodRuntime(id, call.subject());
        };
    if (wanted.isEmpty() || !found.equals(wanted)) {
      stop.remove(id, call.subject());
      cache.gone(spec.uid(), id);
      throw engine
          .errors()
          .unsupported(
              call,
              "isolation %s needs the OCI runtime '%s', but the engine says '%s'; it was removed"
                  .formatted(Capability.of(spec.isolation()).word(), wanted, found));
    }
  }
}
