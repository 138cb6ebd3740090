package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The containers of an engine and their simulated processes. Everything is called with the engine's
 * lock held; what is scheduled takes it itself.
 */
final class Machine {

  /** The answer to the wish for a new container. */
  sealed interface Creation {
    record Made(Container container) implements Creation {}

    record NameTaken() implements Creation {}
  }

  private static final int KILLED = 128 + 9;
  private static final Map<String, Integer> SIGNALS =
      Map.of(
          "SIGHUP", 1, "SIGINT", 2, "SIGQUIT", 3, "SIGKILL", 9, "SIGUSR1", 10, "SIGUSR2", 12,
          "SIGTERM", 15);

  private final EngineLock lock;
  private final EngineTime time;
  private final Audit audit;
  private final EventHub events;
  private final Programs programs;
  private final Runnable changed;
  private final Map<String, Container> byId = new LinkedHashMap<>();
  private final Map<String, Container> byName = new HashMap<>();

  /** By uid, on whatever node; more than one only where something is wrong. */
  private final Map<String, List<Container>> byUid = new HashMap<>();

  private final Set<String> images = new HashSet<>();
  private final HostPorts ports = new HostPorts();
  private final Assets assets = new Assets();
  private final MemoryFolder files = new MemoryFolder();
  private final Map<String, ImageHealthCheck> healthChecks = new HashMap<>();
  private final Output output;
  private final Set<Isolation> provided = new HashSet<>(Set.of(Isolation.CONTAINER));
  private int lastId;

  /** Counts the engine's lives: what an engine meant to do dies with it. */
  private int life;

  private Optional<Instant> downSince = Optional.empty();

  Machine(
      EngineLock lock,
      EngineTime time,
      Audit audit,
      EventHub events,
      Programs programs,
      Runnable changed) {
    this.lock = lock;
    this.time = time;
    this.audit = audit;
    this.events = events;
    this.programs = programs;
    this.changed = changed;
    output = new Output(lock);
  }

  Set<String> images() {
    return images;
  }

  Assets assets() {
    return assets;
  }

  /** The host's memory. */
  MemoryFolder files() {
    return files;
  }

  Output output() {
    return output;
  }

  Optional<ImageHealthCheck> healthCheck(String image) {
    return Optional.ofNullable(healthChecks.get(image));
  }

  void healthCheck(String image, ImageHealthCheck check) {
    healthChecks.put(image, check);
  }

  HostPorts ports() {
    return ports;
  }

  /** The kinds of isolation that containers really get; all others get the weakest. */
  Set<Isolation> provided() {
    return provided;
  }

  Collection<Container> all() {
    return byId.values();
  }

  Optional<Container> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Optional<Container> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  Optional<Container> byUid(String node, String uid) {
    return byUid(uid).stream().filter(container -> container.belongsTo(node)).findFirst();
  }

  /** All of a uid, whoever's they are. */
  List<Container> byUid(String uid) {
    return byUid.getOrDefault(uid, List.of());
  }

  Creation create(String node, InstanceSpec spec) {
    SpecRules.refuseInvalid(spec, SIGNALS.keySet());
    if (!images.contains(spec.image())) {
      throw new RuntimeFailure.ImageNotFound("image " + spec.image() + ": not at this engine");
    }
    if (byName(spec.instanceName()).isPresent()) {
      return new Creation.NameTaken();
    }
    Map<String, String> labels = new LinkedHashMap<>(spec.labels());
    labels.put(Labels.NODE, node);
    labels.put(Labels.UID, spec.uid());
    labels.put(Labels.STACK, spec.stack());
    labels.put(Labels.WORKLOAD, spec.workload());
    labels.put(Labels.SPEC_HASH, spec.specHash());
    if (!spec.feed().isEmpty()) {
      labels.put(Labels.FEED, spec.feed());
    }
    if (!spec.dependencies().isEmpty()) {
      labels.put(Labels.DEPENDS_ON, String.join(".", spec.dependencies()));
    }
    Map<String, String> shares = shares(node, spec);
    Isolation got = provided.contains(spec.isolation()) ? spec.isolation() : Isolation.CONTAINER;
    Container made = add(spec.instanceName(), labels, spec.image(), Optional.of(spec), got);
    made.shares = shares;
    files.put(spec.uid(), spec.surroundings().files());
    return new Creation.Made(made);
  }

  Container add(
      String name,
      Map<String, String> labels,
      String image,
      Optional<InstanceSpec> spec,
      Isolation isolation) {
    String id = "%012x".formatted(++lastId);
    Container container = new Container(id, name, Map.copyOf(labels), image, spec, isolation);
    byId.put(id, container);
    byName.put(name, container);
    container
        .uid()
        .ifPresent(uid -> byUid.computeIfAbsent(uid, _ -> new ArrayList<>()).add(container));
    audit.created(container);
    tellStart(container);
    return container;
  }

  /** Starts it, unless it runs. */
  void start(Container container) {
    switch (container.state) {
      case InstanceState.Running _, InstanceState.Paused _ -> {
        return;
      }
      case InstanceState.Broken(String detail) ->
          throw new RuntimeFailure.Internal(
              container.name() + ": can only be removed: " + detail, null);
      case InstanceState.Created _, InstanceState.Exited _ -> {
        // these can be started
      }
    }
    int startsBefore = container.uid().map(audit::starts).orElse(0);
    Behaviour behaviour = programs.of(container, startsBefore);
    behaviour
        .startFailure()
        .ifPresent(reason -> {
          throw new RuntimeFailure.InvalidSpec(container.name() + ": cannot start: " + reason);
        });
    container.spec().ifPresent(this::requireFiles);
    container.ports = ports.bind(container);
    container.addresses =
        container
            .spec()
            .map(spec -> assets.addresses(spec, Integer.parseInt(container.id(), 16)))
            .orElse(Map.of());
    container.behaviour = behaviour;
    container.run++;
    container.state = new InstanceState.Running(time.instant());
    audit.started(container);
    container
        .spec()
        .map(spec -> Stream.concat(spec.command().stream(), spec.args().stream()).toList())
        .map(output::of)
        .orElse(List.of())
        .forEach(line -> say(container, line));
    tellStart(container);
    behaviour
        .ending()
        .ifPresent(
            ending -> endLater(container, ending.after(), ending.exitCode(), ending.cause()));
  }

  /** It writes a line. */
  void say(Container container, Output.Line line) {
    container.output.add(Output.written(line, time.instant()));
    changed.run();
  }

  /** The ids of the containers whose namespaces a spec shares, by workload. */
  Map<String, String> shares(String node, InstanceSpec spec) {
    return Shares.of(spec, node, byId.values());
  }

  private void requireFiles(InstanceSpec spec) {
    if (!files.of(spec.uid()).equals(spec.surroundings().files())) {
      throw new RuntimeFailure.InvalidSpec(
          spec.instanceName() + ": its files are not where it finds them");
    }
  }

  /** Begins to stop it: its stop signal, and SIGKILL after the grace period. */
  void stop(Container container, Duration grace) {
    if (!container.isAlive()) {
      return;
    }
    if (grace.isZero()) {
      kill(container, "kill");
      return;
    }
    String signal = container.spec().flatMap(InstanceSpec::stopSignal).orElse("SIGTERM");
    int run = container.run;
    int asker = life;
    time.schedule(
        wholeSeconds(grace),
        () ->
            lock.run(() -> {
              if (container.run == run && container.isAlive() && asker == life) {
                kill(container, "kill");
              }
            }));
    if (container.state instanceof InstanceState.Running) {
      receive(container, signal);
    }
  }

  private void receive(Container container, String signal) {
    if (signal.equals("SIGKILL")) {
      kill(container, "kill");
      return;
    }
    int byDefault = 128 + SIGNALS.getOrDefault(signal, 15);
    switch (container.behaviour.reaction()) {
      case Behaviour.Reaction.Dies _ -> end(container, OptionalInt.of(byDefault), "die");
      case Behaviour.Reaction.Ignores _ -> {
        // nothing but SIGKILL helps
      }
      case Behaviour.Reaction.Handles(String handled, Duration needs, int exitCode) -> {
        if (!signal.equals(handled)) {
          end(container, OptionalInt.of(byDefault), "die");
        } else {
          endLater(container, needs, OptionalInt.of(exitCode), ExitCause.ENDED);
        }
      }
    }
  }

  /** Removes it, killing it if it runs. */
  void remove(Container container) {
    if (container.isAlive()) {
      kill(container, "kill");
    }
    byId.remove(container.id());
    byName.remove(container.name());
    container.uid().ifPresent(files::remove);
    container.uid().ifPresent(uid -> byUid(uid).remove(container));
    audit.note("remove", container);
    tell(container);
  }

  void kill(Container container, String how) {
    end(container, OptionalInt.of(KILLED), how);
  }

  /** Ends its process, if it has one. */
  void end(Container container, OptionalInt exitCode, String how) {
    end(container, exitCode, ExitCause.ENDED, how);
  }

  void end(Container container, OptionalInt exitCode, ExitCause cause, String how) {
    Optional<Instant> startedAt = startOf(container);
    if (startedAt.isEmpty()) {
      return;
    }
    gone(container, how);
    container.state =
        new InstanceState.Exited(exitCode, cause, startedAt, Optional.of(time.instant()));
    tell(container);
  }

  void pause(Container container) {
    if (container.state instanceof InstanceState.Running(Instant startedAt)) {
      container.state = new InstanceState.Paused(startedAt);
      audit.note("pause", container);
      tell(container);
    }
  }

  void resume(Container container) {
    if (container.state instanceof InstanceState.Paused(Instant startedAt)) {
      container.state = new InstanceState.Running(startedAt);
      audit.note("resume", container);
      tell(container);
      Runnable missed = container.endingWhenResumed;
      container.endingWhenResumed = null;
      if (missed != null) {
        missed.run();
      }
    }
  }

  void breakDown(Container container, String detail) {
    if (container.isAlive()) {
      gone(container, "break");
    }
    container.state = new InstanceState.Broken(detail);
    tell(container);
  }

  /** The engine's own process ends; the containers' do not. */
  void engineDies() {
    life++;
    downSince = Optional.of(time.instant());
  }

  void engineReturns(Outage outage) {
    Instant since = downSince.orElseGet(time::instant);
    for (Container container : List.copyOf(all())) {
      switch (outage) {
        case CONTAINERS_LIVE_ON -> {
          // nothing happened to them
        }
        case CONTAINERS_KILLED -> kill(container, "killed by the engine's return");
        case EXIT_CODES_LOST -> forgetExit(container, since);
      }
    }
    downSince = Optional.empty();
  }

  private static void forgetExit(Container container, Instant since) {
    if (container.state
            instanceof
            InstanceState.Exited(
                OptionalInt _,
                ExitCause cause,
                Optional<Instant> startedAt,
                Optional<Instant> finishedAt)
        && finishedAt.filter(instant -> !instant.isBefore(since)).isPresent()) {
      container.state =
          new InstanceState.Exited(OptionalInt.empty(), cause, startedAt, Optional.empty());
    }
  }

  private void endLater(
      Container container, Duration after, OptionalInt exitCode, ExitCause cause) {
    if (container.ending != null) {
      container.ending.cancel();
    }
    int run = container.run;
    container.ending =
        time.schedule(
            after, () -> lock.run(() -> endUnlessPaused(container, run, exitCode, cause)));
  }

  private void endUnlessPaused(
      Container container, int run, OptionalInt exitCode, ExitCause cause) {
    if (container.run != run) {
      return;
    }
    if (container.state instanceof InstanceState.Paused) {
      container.endingWhenResumed = () -> end(container, exitCode, cause, "die");
    } else {
      end(container, exitCode, cause, "die");
    }
  }

  /** Forgets a process that has just ended. */
  private void gone(Container container, String how) {
    if (container.ending != null) {
      container.ending.cancel();
      container.ending = null;
    }
    container.endingWhenResumed = null;
    ports.release(container);
    container.addresses = Map.of();
    audit.ended(container, how);
  }

  private static Optional<Instant> startOf(Container container) {
    return switch (container.state) {
      case InstanceState.Running(Instant startedAt) -> Optional.of(startedAt);
      case InstanceState.Paused(Instant startedAt) -> Optional.of(startedAt);
      case InstanceState.Created _, InstanceState.Exited _, InstanceState.Broken _ ->
          Optional.empty();
    };
  }

  private static Duration wholeSeconds(Duration grace) {
    return Duration.ofSeconds(grace.getSeconds() + (grace.getNano() > 0 ? 1 : 0));
  }

  private void tell(Container container) {
    tell(container, RuntimeListener::onChange);
  }

  private void tellStart(Container container) {
    tell(container, RuntimeListener::onStart);
  }

  private void tell(Container container, BiConsumer<RuntimeListener, String> event) {
    container
        .uid()
        .ifPresent(uid ->
            container
                .node()
                .ifPresent(node -> events.publish(node, listener -> event.accept(listener, uid))));
    changed.run();
  }
}
