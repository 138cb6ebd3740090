package dev.tallyman.runtime.apple;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.apple.assets.AppleAssets;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.CreateCall;
import dev.tallyman.runtime.apple.cli.CreateOptions;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.containers.Observer;
import dev.tallyman.runtime.apple.containers.Observer.Sight;
import dev.tallyman.runtime.apple.containers.Recipes;
import dev.tallyman.runtime.apple.containers.Starter;
import dev.tallyman.runtime.apple.containers.Stopper;
import dev.tallyman.runtime.apple.shim.Runs;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that a workload has one started container. Whoever comes second finds the name taken,
 * looks again, and adopts what the first one made.
 */
final class Launch {

  private static final Logger log = LoggerFactory.getLogger(Launch.class);

  /** How often somebody else may make and remove it meanwhile. */
  private static final int MAX_ROUNDS = 5;

  private static final int INCARNATION_BYTES = 6;

  private final Cli cli;
  private final String node;
  private final Observer observer;
  private final Starter starter;
  private final Stopper stopper;
  private final AppleAssets assets;
  private final Requirements requirements;
  private final Preparation preparation;
  private final Recipes recipes;
  private final Runs runs;
  private final RandomGenerator random;

  Launch(
      Cli cli,
      String node,
      Observer observer,
      Starter starter,
      Stopper stopper,
      AppleAssets assets,
      Requirements requirements,
      Preparation preparation,
      Recipes recipes,
      Runs runs,
      RandomGenerator random) {
    this.cli = cli;
    this.node = node;
    this.observer = observer;
    this.starter = starter;
    this.stopper = stopper;
    this.assets = assets;
    this.requirements = requirements;
    this.preparation = preparation;
    this.recipes = recipes;
    this.runs = runs;
    this.random = random;
  }

  /** As {@code ContainerRuntime.launch} says. */
  Instance launch(InstanceSpec spec) {
    requirements.require(spec);
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Sight sight = observer.look(Verb.CREATE, spec.instanceName());
      Optional<Container> existing = sight.of(spec.uid());
      Optional<Instance> launched =
          existing.isPresent() ? adopt(spec, existing.get()) : create(spec, sight);
      if (launched.isPresent()) {
        return launched.get();
      }
    }
    throw cli.refusals()
        .internal(Verb.CREATE, spec.instanceName(), "others make and remove it all the time");
  }

  /** Empty if it was replaced or taken away: look again. */
  private Optional<Instance> adopt(InstanceSpec spec, Container existing) {
    Instance instance = observer.instance(existing);
    if (!instance.specHash().equals(spec.specHash())
        || instance.state() instanceof InstanceState.Broken) {
      // What stands in the way of the new one must be known while the old one still runs.
      assets.require(spec);
      requirements.requireImage(spec);
      var _ = stopper.stop(existing, spec.stopGrace());
      stopper.remove(existing);
      preparation.remove(existing);
      return Optional.empty();
    }
    if (!(instance.state() instanceof InstanceState.Created)) {
      return Optional.of(instance);
    }
    preparation.writeFiles(spec.uid(), spec.surroundings().files(), existing.name());
    return start(spec, existing);
  }

  /** Empty if somebody else was faster: look again. */
  private Optional<Instance> create(InstanceSpec spec, Sight sight) {
    String name = spec.instanceName();
    requireFreeName(spec, sight);
    assets.require(spec);
    requirements.requireImage(spec);
    byte[] bytes = new byte[INCARNATION_BYTES];
    random.nextBytes(bytes);
    String incarnation = HexFormat.of().formatHex(bytes);
    CreateCall call =
        CreateOptions.of(spec, node, preparation.lay(spec, incarnation, sight.ours()));
    assets.requireFreeVolumes(name, volumes(call), sight.all());
    try {
      recipes.keep(incarnation, call);
      cli.create(call);
    } catch (IOException e) {
      throw cli.refusals().internal(Verb.CREATE, name, "its folder cannot be written: " + e);
    } catch (RuntimeFailure failure) {
      Optional<Container> made = madeAllTheSame(name, incarnation, failure);
      if (made.isPresent()) {
        return start(spec, made.get());
      }
      runs.remove(incarnation);
      if (failure instanceof Conflict) {
        return Optional.empty();
      }
      removeFilesIfCertain(spec, failure);
      throw failure;
    }
    return observer
        .look(Verb.CREATE, name)
        .named(name)
        .filter(found -> found.incarnation().equals(incarnation))
        .flatMap(found -> start(spec, found));
  }

  private static Set<String> volumes(CreateCall call) {
    return call.options().stream()
        .filter(option -> option.startsWith("--volume="))
        .map(option -> option.substring("--volume=".length()))
        .filter(mount -> !mount.startsWith("/"))
        .map(mount -> mount.substring(0, mount.indexOf(':')))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A call that failed, or was given up, may have been done. */
  private Optional<Container> madeAllTheSame(
      String name, String incarnation, RuntimeFailure failure) {
    return failure instanceof RuntimeFailure.TimedOut || failure instanceof RuntimeFailure.Internal
        ? observer
            .look(Verb.CREATE, name)
            .named(name)
            .filter(found -> found.incarnation().equals(incarnation))
        : Optional.empty();
  }

  private void requireFreeName(InstanceSpec spec, Sight sight) {
    sight
        .named(spec.instanceName())
        .ifPresent(holder -> {
          throw cli.refusals()
              .conflict(
                  Conflict.Subject.NAME,
                  Verb.CREATE,
                  spec.instanceName(),
                  "its name belongs to a container that is not an instance of this workload");
        });
  }

  private Optional<Instance> start(InstanceSpec spec, Container container) {
    try {
      starter.start(container);
    } catch (RuntimeFailure.InstanceNotFound takenAway) {
      return Optional.empty();
    } catch (RuntimeFailure failure) {
      removeIfCertain(spec, container, failure);
      throw failure;
    }
    return observer.look(Verb.START, container.name()).of(spec.uid()).map(observer::instance);
  }

  private void removeIfCertain(InstanceSpec spec, Container container, RuntimeFailure cause) {
    if (!isCertain(cause)) {
      return;
    }
    try {
      stopper.remove(container);
      preparation.remove(container);
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

  /** Whether nothing runs for sure. */
  private static boolean isCertain(RuntimeFailure failure) {
    return switch (failure) {
      case RuntimeFailure.Unavailable _,
          RuntimeFailure.TimedOut _,
          RuntimeFailure.Cancelled _,
          RuntimeFailure.InstanceNotFound _ ->
          false;
      case RuntimeFailure.ImageNotFound _,
          RuntimeFailure.PullDenied _,
          RuntimeFailure.PullFailed _,
          Conflict _,
          RuntimeFailure.InvalidSpec _,
          RuntimeFailure.Unsupported _,
          RuntimeFailure.Internal _ ->
          true;
    };
  }
}
