package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.Surroundings;
import dev.tallyman.runtime.oci.assets.OciAssets;
import dev.tallyman.runtime.oci.containers.ContainerReply;
import dev.tallyman.runtime.oci.containers.Containers;
import dev.tallyman.runtime.oci.containers.Containers.Created;
import dev.tallyman.runtime.oci.containers.InstanceCache;
import dev.tallyman.runtime.oci.containers.Observer;
import dev.tallyman.runtime.oci.containers.Stop;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.engine.EngineErrors;
import dev.tallyman.runtime.oci.request.NetworkFields;
import dev.tallyman.runtime.oci.request.Resolved;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that a workload has one started container.
 *
 * <p>A new one costs three requests: create, start, inspect; what surrounds it may add some.
 * Whether there is one already is not asked first: the engine refuses a name that is taken, and the
 * name is derived from the uid. Only a container that was seen before, perhaps under another name,
 * is looked at.
 */
final class Launch {

  private static final Logger log = LoggerFactory.getLogger(Launch.class);

  /** How often somebody else may create and remove it meanwhile; with the pauses some 6 s. */
  private static final int MAX_ROUNDS = 16;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Pattern DROPPED =
      Pattern.compile("discarded|not support|ignored", Pattern.CASE_INSENSITIVE);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final Engine engine;
  private final Containers containers;
  private final Stop stop;
  private final Observer observer;
  private final InstanceCache cache;
  private final OciAssets assets;
  private final Requirements requirements;
  private final Preparation preparation;
  private final String node;

  Launch(
      Engine engine,
      Containers containers,
      Stop stop,
      Observer observer,
      InstanceCache cache,
      OciAssets assets,
      Requirements requirements,
      Preparation preparation,
      String node) {
    this.engine = engine;
    this.containers = containers;
    this.stop = stop;
    this.observer = observer;
    this.cache = cache;
    this.assets = assets;
    this.requirements = requirements;
    this.preparation = preparation;
    this.node = node;
  }

  /** As {@code ContainerRuntime.launch} says. */
  Instance launch(InstanceSpec spec) {
    EngineCall call = new EngineCall(Verb.CREATE, spec.instanceName());
    requirements.require(spec, call);
    Optional<ContainerReply> existing = known(spec);
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Instance> launched =
          existing.isPresent() ? adopt(spec, existing.get(), call) : create(spec, call);
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
        if (cache.id(spec.uid()).isEmpty()) {
          preparation.removeFiles(spec.uid());
        }
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
    assets.require(spec);
    Resolved resolved = preparation.resolve(spec, preparation.idsByWorkload(spec, call), call);
    Created created;
    try {
      created = createContainer(spec, resolved);
    } catch (RuntimeFailure.Conflict nameTaken) {
      return Optional.empty();
    } catch (RuntimeFailure failure) {
      removeFilesIfCertain(spec, failure);
      throw failure;
    }
    String id = created.id();
    cache.seen(spec.uid(), id);
    try {
      requireIsolation(spec, id, call);
      requireNothingDropped(spec, created, call);
      connect(spec, id, Set.of());
    } catch (RuntimeFailure failure) {
      removeIfCertain(spec, id, failure);
      throw failure;
    }
    return start(spec, id);
  }

  /** A network that was taken for granted may have gone: then once more, and looked at. */
  private Created createContainer(InstanceSpec spec, Resolved resolved) {
    try {
      return containers.create(spec, resolved);
    } catch (RuntimeFailure.InvalidSpec refused) {
      if (!EngineErrors.isNetworkMissing(refused) || !assets.forget(spec)) {
        throw refused;
      }
      assets.require(spec);
      return containers.create(spec, resolved);
    }
  }

  /** Empty if it was replaced or taken away: create it. */
  private Optional<Instance> adopt(InstanceSpec spec, ContainerReply existing, EngineCall call) {
    String id = existing.id();
    Map<String, String> ids = preparation.idsByWorkload(spec, call);
    if (!existing.specHash().equals(spec.specHash()) || !Preparation.shares(existing, spec, ids)) {
      // What stands in the way of the new one must be known while the old one still runs.
      assets.require(spec);
      stop.stop(id, existing.name(), spec.stopGrace());
      stop.remove(id, existing.name());
      cache.gone(spec.uid(), id);
      return Optional.empty();
    }
    cache.seen(spec.uid(), id);
    requireIsolation(spec, id, new EngineCall(Verb.CREATE, existing.name()));
    Instance instance = observer.read(existing);
    if (!(instance.state() instanceof InstanceState.Created)) {
      return Optional.of(instance);
    }
    assets.require(spec);
    preparation.resolve(spec, ids, call);
    connect(spec, id, existing.place().networks());
    return start(spec, id);
  }

  /** Connects a container that has not been started to those networks that it still lacks. */
  private void connect(InstanceSpec spec, String id, Set<String> connected) {
    for (Attachment attachment : NetworkFields.left(spec, engine.dialect())) {
      if (!connected.contains(attachment.network().name())) {
        containers.connect(id, attachment, spec.instanceName());
      }
    }
  }

  private Optional<Instance> start(InstanceSpec spec, String id) {
    String name = spec.instanceName();
    try {
      containers.start(id, name);
    } catch (RuntimeFailure.InstanceNotFound takenAway) {
      cache.gone(spec.uid(), id);
      return Optional.empty();
    } catch (RuntimeFailure failure) {
      if (failure instanceof RuntimeFailure.Internal && containers.hasProcess(id, name)) {
        return halfStarted(spec, id);
      }
      removeIfCertain(spec, id, failure);
      if (EngineErrors.isNetworkMissing(failure) && assets.forget(spec)) {
        // Docker finds out only now that a network has gone that was taken for granted.
        return Optional.empty();
      }
      throw failure;
    } finally {
      cache.changed(id);
    }
    return containers.inspect(id, name).map(observer::read);
  }

  /**
   * Podman that was killed while it started a container takes it for one that was only made, beside
   * its process, and cannot start it again.
   */
  private Optional<Instance> halfStarted(InstanceSpec spec, String id) {
    return containers
        .inspect(id, spec.instanceName())
        .map(reply ->
            reply.toInstance(
                new InstanceState.Broken(
                    "the engine ended while it started it, and does not know whether it ran")));
  }

  /** Engines warn of what they do not do. */
  private void requireNothingDropped(InstanceSpec spec, Created created, EngineCall call) {
    if (spec.surroundings().equals(Surroundings.DEFAULT)) {
      return;
    }
    List<String> dropped =
        created.warnings().stream().filter(text -> DROPPED.matcher(text).find()).toList();
    if (!dropped.isEmpty()) {
      throw engine.errors().unsupported(call, String.join("; ", dropped));
    }
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
      preparation.removeFiles(spec.uid());
    } catch (RuntimeFailure.InstanceNotFound gone) {
      cache.gone(spec.uid(), id);
    } catch (RuntimeFailure failure) {
      log.warn(
          "{} could not be started and stays behind until its next launch: {}",
          spec.instanceName(),
          failure.getMessage());
    }
  }

  private void removeFilesIfCertain(InstanceSpec spec, RuntimeFailure cause) {
    if (isCertain(cause)) {
      preparation.removeFiles(spec.uid());
    }
  }

  /**
   * Proves by the engine's own words that the container has the OCI runtime that gives its
   * isolation. Podman ignores the wish for one in silence, so it is never believed unseen.
   */
  private void requireIsolation(InstanceSpec spec, String id, EngineCall call) {
    if (spec.isolation() == Isolation.CONTAINER) {
      return;
    }
    String wanted = requirements.ociRuntime(spec).orElse("");
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
