package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.StackAssets;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A runtime at an {@link InMemoryEngine}. It is made of the same requests as one at a real engine,
 * so that it fails half-way in the same places.
 */
public final class InMemoryRuntime implements ContainerRuntime {

  private static final Duration MAX_GRACE = Duration.ofHours(1);

  /** Each attempt after the first is due to somebody else who changed the instance meanwhile. */
  private static final int LAUNCH_ATTEMPTS = 5;

  private record Remembered(int life, RuntimeInfo info) {}

  private final Client client;
  private final InMemoryEngine engine;
  private final Requests requests;
  private final Deadlines deadlines;
  private final InMemoryAssets assets;
  private final InMemoryImages images;
  private final Inside inside;
  private final AtomicReference<@Nullable Remembered> remembered = new AtomicReference<>();

  /**
   * Connects to an engine.
   *
   * @param name name of the runtime at its node
   * @param node the node whose instances it sees
   * @param deadlines how long its calls may take, in the engine's time
   */
  public InMemoryRuntime(String name, String node, InMemoryEngine engine, Deadlines deadlines) {
    client = new Client(requireNonNull(name, "name"), requireNonNull(node, "node"));
    this.engine = requireNonNull(engine, "engine");
    this.deadlines = requireNonNull(deadlines, "deadlines");
    requests = engine.requests();
    assets = new InMemoryAssets(client, engine, deadlines);
    images = new InMemoryImages(client, engine, deadlines);
    inside = new Inside(client, engine, deadlines);
  }

  @Override
  public String name() {
    return client.runtime();
  }

  @Override
  public RuntimeInfo info() {
    Remembered known = remembered.get();
    if (known != null && known.life() == engine.life() && !client.isClosed()) {
      return known.info();
    }
    Requests.Call call = begin(Operation.INFO, "", deadlines.read());
    Remembered told = requests.perform(call, () -> new Remembered(engine.life(), engine.info()));
    remembered.set(told);
    return told.info();
  }

  @Override
  public void ping() {
    Requests.Call call = begin(Operation.PING, "", deadlines.probe());
    var _ = requests.perform(call, () -> "pong");
  }

  @Override
  public List<Instance> list() {
    Requests.Call call = begin(Operation.LIST, "", deadlines.read());
    List<Instance> instances =
        requests.perform(
            call,
            () ->
                engine.machine().all().stream()
                    .filter(container -> container.belongsTo(client.node()))
                    .map(Container::toInstance)
                    .toList());
    return List.copyOf(Fault.distort(instances, call.faults()));
  }

  @Override
  public Optional<Instance> find(String uid) {
    requireNonNull(uid, "uid");
    Requests.Call call = begin(Operation.FIND, uid, deadlines.read());
    return requests.perform(
        call, () -> engine.machine().byUid(client.node(), uid).map(Container::toInstance));
  }

  @Override
  public Instance launch(InstanceSpec spec) {
    requireNonNull(spec, "spec");
    Requests.Call call = begin(Operation.LAUNCH, spec.uid(), deadlines.change());
    return requests.compose(call, () -> launchInSteps(spec));
  }

  private Instance launchInSteps(InstanceSpec spec) {
    requireCapabilities(spec);
    for (int attempt = 1; attempt <= LAUNCH_ATTEMPTS; attempt++) {
      Optional<Instance> launched =
          find(spec.uid()).map(found -> takeOver(found, spec)).orElseGet(() -> make(spec));
      if (launched.isPresent()) {
        return launched.get();
      }
    }
    throw new RuntimeFailure.Conflict(
        RuntimeFailure.Conflict.Subject.NAME,
        "name " + spec.instanceName() + " is taken by a container that is not ours");
  }

  private void requireCapabilities(InstanceSpec spec) {
    EnumSet<Capability> missing = EnumSet.noneOf(Capability.class);
    missing.addAll(spec.needs());
    missing.removeAll(info().capabilities());
    if (!missing.isEmpty()) {
      throw new RuntimeFailure.Unsupported(
          spec.instanceName() + ": engine of '" + name() + "' cannot do " + words(missing));
    }
  }

  private static String words(Set<Capability> capabilities) {
    return capabilities.stream().map(Capability::word).collect(Collectors.joining(", "));
  }

  /** Adopts or replaces what was found; empty if it has to be looked at again. */
  private Optional<Instance> takeOver(Instance found, InstanceSpec spec) {
    if (found.specHash().equals(spec.specHash()) && sharesStill(found, spec)) {
      return switch (found.state()) {
        case InstanceState.Created _ -> startMade(found.id(), spec);
        case InstanceState.Running _,
            InstanceState.Paused _,
            InstanceState.Exited _,
            InstanceState.Broken _ ->
            Optional.of(found);
      };
    }
    // What stands in the way of the new one must be known while the old one still runs.
    assets.require(spec);
    var _ = stopById(found.id(), spec.uid(), spec.stopGrace());
    removeById(found.id(), spec.uid());
    return Optional.empty();
  }

  /** Whether it shares the namespaces of the instances that others have now. */
  private boolean sharesStill(Instance found, InstanceSpec spec) {
    return engine
        .lock()
        .get(() ->
            engine
                .machine()
                .byId(found.id())
                .filter(container ->
                    container.shares.equals(engine.machine().shares(client.node(), spec)))
                .isPresent());
  }

  /** Creates and starts; empty if somebody has the name. */
  private Optional<Instance> make(InstanceSpec spec) {
    assets.require(spec);
    Requests.Call call = begin(Operation.CREATE, spec.uid(), deadlines.change());
    Machine.Creation creation =
        requests.perform(call, () -> engine.machine().create(client.node(), spec));
    return switch (creation) {
      case Machine.Creation.NameTaken _ -> Optional.empty();
      case Machine.Creation.Made(Container container) -> {
        if (container.isolation() != spec.isolation()) {
          removeById(container.id(), spec.uid());
          throw new RuntimeFailure.Unsupported(
              spec.instanceName()
                  + ": isolation "
                  + spec.isolation()
                  + " was asked for and the engine gave "
                  + container.isolation());
        }
        yield startMade(container.id(), spec);
      }
    };
  }

  /** Starts what was only created; empty if it has gone meanwhile. */
  private Optional<Instance> startMade(String id, InstanceSpec spec) {
    try {
      return Optional.of(startById(id, spec.uid(), spec.surroundings().files()));
    } catch (RuntimeFailure.InstanceNotFound _) {
      return Optional.empty();
    } catch (RuntimeFailure.Unavailable
        | RuntimeFailure.TimedOut
        | RuntimeFailure.Cancelled unknown) {
      throw unknown;
    } catch (RuntimeFailure failure) {
      try {
        removeById(id, spec.uid());
      } catch (RuntimeFailure leftBehind) {
        failure.addSuppressed(leftBehind);
      }
      throw failure;
    }
  }

  @Override
  public Instance start(String uid, List<HostFile> files) {
    requireNonNull(uid, "uid");
    requireNonNull(files, "files");
    Instance found = find(uid).orElseThrow(() -> notFound(uid));
    return startById(found.id(), uid, files);
  }

  private Instance startById(String id, String uid, List<HostFile> files) {
    Requests.Call call = begin(Operation.START, uid, deadlines.change());
    return requests.perform(
        call,
        () -> {
          Container container = engine.machine().byId(id).orElseThrow(() -> notFound(uid));
          engine.audit().touched(container, client.node());
          engine.machine().files().put(uid, files);
          engine.machine().start(container);
          return container.toInstance();
        });
  }

  @Override
  public Optional<Instance> stop(String uid, Duration grace) {
    requireNonNull(uid, "uid");
    if (grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
      throw new RuntimeFailure.InvalidSpec("grace: " + grace + " (expected: from 0 to 1 hour)");
    }
    return find(uid).flatMap(found -> stopById(found.id(), uid, grace));
  }

  private Optional<Instance> stopById(String id, String uid, Duration grace) {
    Requests.Call call = begin(Operation.STOP, uid, deadlines.change().plus(grace));
    return requests.perform(
        call,
        () -> {
          Optional<Container> target = engine.machine().byId(id);
          target.ifPresent(container -> {
            engine.audit().touched(container, client.node());
            engine.machine().stop(container, grace);
          });
          return target;
        },
        target -> {
          target.ifPresent(container -> call.awaitContainers(() -> !container.isAlive()));
          return engine.lock().get(() -> engine.machine().byId(id).map(Container::toInstance));
        });
  }

  @Override
  public void remove(String uid) {
    requireNonNull(uid, "uid");
    find(uid).ifPresent(found -> removeById(found.id(), uid));
  }

  private void removeById(String id, String uid) {
    Requests.Call call = begin(Operation.REMOVE, uid, deadlines.change());
    var _ =
        requests.perform(
            call,
            () -> {
              Optional<Container> target = engine.machine().byId(id);
              target.ifPresent(container -> {
                engine.audit().touched(container, client.node());
                engine.machine().remove(container);
              });
              return target.isPresent();
            });
  }

  @Override
  public Subscription watch(RuntimeListener listener) {
    requireNonNull(listener, "listener");
    Requests.Call call = begin(Operation.WATCH, "", deadlines.read());
    return requests.perform(call, () -> engine.eventHub().subscribe(client, listener));
  }

  @Override
  public ExecResult exec(String uid, ExecRequest request) {
    requireNonNull(uid, "uid");
    requireNonNull(request, "request");
    return inside.exec(uid, request);
  }

  @Override
  public void logs(String uid, LogRequest request, LogSink sink) {
    requireNonNull(uid, "uid");
    requireNonNull(request, "request");
    requireNonNull(sink, "sink");
    inside.logs(uid, request, sink);
  }

  @Override
  public StackAssets assets() {
    return assets;
  }

  @Override
  public Images images() {
    return images;
  }

  @Override
  public void close() {
    if (client.isClosed()) {
      return;
    }
    client.close();
    engine
        .lock()
        .run(() -> {
          requests.changed();
          engine
              .eventHub()
              .breakStreamsOf(
                  client,
                  new RuntimeFailure.Unavailable(
                      "event stream: runtime '" + name() + "' was closed", null));
        });
  }

  private Requests.Call begin(Operation operation, String subject, Duration limit) {
    return engine.begin(client, operation, subject, limit);
  }

  private static RuntimeFailure notFound(String uid) {
    return new RuntimeFailure.InstanceNotFound("workload " + uid + ": no instance here");
  }
}
