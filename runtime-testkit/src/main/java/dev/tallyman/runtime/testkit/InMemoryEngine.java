package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.StackAssets.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A container engine without containers: it has images, names, ports, states, exit codes, events
 * and faults, and simulates the processes. {@link InMemoryRuntime}s connect to it, for one node or
 * for several; it outlives them, as an engine outlives its clients.
 *
 * <p>A script decides what is not plain: how processes behave ({@link #programs}), what goes wrong
 * ({@link #on}), what the registry answers ({@link #registry}), and what others do behind
 * Tallyman's back. {@link #audit} tells what was asked of the engine, and whether a workload ever
 * ran twice.
 *
 * <p>Where engines differ it behaves as Docker does, unless told otherwise: names are unique among
 * all containers, foreign ones too; a start that fails leaves a {@code created} container; a stop
 * goes on when its caller has gone; grace periods count in whole seconds, rounded up.
 *
 * <p>Any thread may use it at any time. In a {@link VirtualTime} nothing happens unless the test
 * moves time, and calls that wait must come from a process or from the driver.
 */
public final class InMemoryEngine {

  private final EngineLock lock = new EngineLock();
  private final Audit audit;
  private final EventHub events;
  private final Fault.Book faults;
  private final Programs programs;
  private final Commands commands;
  private final Registry registry;
  private final Requests requests;
  private final Machine machine;
  private Outage outage = Outage.CONTAINERS_LIVE_ON;
  private RuntimeInfo info =
      new RuntimeInfo(
          "in-memory",
          "1.0.0",
          "1.0",
          "linux",
          "amd64",
          4,
          8L << 30,
          EnumSet.complementOf(
              EnumSet.of(Capability.ISOLATION_SANDBOX, Capability.ISOLATION_MICROVM)));

  /** Counts its lives; what a runtime remembers of one does not hold for the next. */
  private int life;

  /** An engine that is up and has nothing, not even an image. */
  public InMemoryEngine(EngineTime time) {
    requireNonNull(time, "time");
    audit = new Audit(lock, time);
    events = new EventHub(lock, time);
    programs = new Programs(lock);
    commands = new Commands(lock);
    registry = new Registry(lock);
    requests = new Requests(lock, time, audit);
    faults = new Fault.Book(lock, requests::changed);
    machine = new Machine(lock, time, audit, events, programs, requests::containersChanged);
  }

  /** How the simulated processes behave. */
  public Programs programs() {
    return programs;
  }

  /** What commands inside instances do. */
  public Commands commands() {
    return commands;
  }

  /** What instances write. */
  public Output output() {
    return machine.output();
  }

  /** A workload's instance writes a line. */
  public void say(String uid, LogSink.Stream stream, String text) {
    interfere(uid, container -> machine.say(container, new Output.Line(stream, text)));
  }

  /** An image brings this health check from now on. */
  public void healthCheck(String image, ImageHealthCheck check) {
    lock.run(() -> machine.healthCheck(image, check));
  }

  /** Somebody else makes a network or volume. */
  public void addForeignAsset(Kind kind, String name, Map<String, String> labels) {
    lock.run(() -> machine.assets().addForeign(kind, name, labels));
  }

  /** Somebody else removes a network or volume, whoever uses it. */
  public void removeAssetBehindOurBack(Kind kind, String name) {
    lock.run(() -> machine.assets().removeByName(kind, name));
  }

  /** The labels of a network or volume; empty if there is none of the name. */
  public Optional<Map<String, String>> peekAsset(Kind kind, String name) {
    return lock.get(() -> machine.assets().labels(kind, name));
  }

  /** How many networks and volumes were made for launches. */
  public int assetsMade() {
    return lock.get(() -> machine.assets().made());
  }

  /** The files that lie in the host's memory for a workload's instance. */
  public List<HostFile> peekFiles(String uid) {
    return lock.get(() -> machine.files().of(uid));
  }

  /** The host forgets what is in its memory, as when it is started anew. */
  public void loseFiles() {
    lock.run(() -> machine.files().lose());
  }

  /** The registry that it pulls from. */
  public Registry registry() {
    return registry;
  }

  /** What it has seen. */
  public Audit audit() {
    return audit;
  }

  /** Begins to script a fault of an operation. */
  public Fault.Script on(Operation operation) {
    return new Fault.Script(operation, faults);
  }

  /** Ends all scripted faults and releases what hangs by them. */
  public void clearFaults() {
    faults.clear();
  }

  /** Has this image from now on. */
  public void addImage(String image) {
    lock.run(() -> machine.images().add(image));
  }

  /** Does not have this image any more; instances of it go on. */
  public void removeImage(String image) {
    lock.run(() -> machine.images().remove(image));
  }

  /**
   * Says this of itself from now on. Runtimes that remember something else notice at next outage.
   */
  public void describe(RuntimeInfo newInfo) {
    lock.run(() -> info = newInfo);
  }

  /** Can do exactly this, says so, and does it. */
  public void offer(Set<Capability> capabilities) {
    lock.run(() -> {
      claim(capabilities);
      machine.provided().clear();
      for (Isolation isolation : Isolation.values()) {
        if (capabilities.contains(Capability.of(isolation))) {
          machine.provided().add(isolation);
        }
      }
    });
  }

  /** Says that it can do this and, as for isolation, gives the weakest nevertheless. */
  public void pretend(Set<Capability> capabilities) {
    lock.run(() -> claim(capabilities));
  }

  private void claim(Set<Capability> capabilities) {
    info =
        new RuntimeInfo(
            info.kind(),
            info.version(),
            info.apiVersion(),
            info.os(),
            info.architecture(),
            info.cpus(),
            info.memoryBytes(),
            capabilities);
  }

  /**
   * Goes away: nobody answers, calls under way end, event streams break. Processes live on.
   *
   * @param kind what becomes of the containers
   */
  public void goAway(Outage kind) {
    lock.run(() -> {
      outage = kind;
      life++;
      machine.engineDies();
      events.letGo();
      requests.goDown();
      events.breakStreams(
          new RuntimeFailure.Unavailable("event stream: the in-memory engine went away", null));
    });
  }

  /** Goes away; the containers live on. */
  public void goAway() {
    goAway(Outage.CONTAINERS_LIVE_ON);
  }

  /** Returns. Nobody is connected to its event streams then. */
  public void comeBack() {
    lock.run(() -> {
      if (requests.isDown()) {
        requests.comeUp();
        machine.engineReturns(outage);
      }
    });
  }

  /** Hangs: takes calls and answers none, and keeps events back. Processes live on. */
  public void freeze() {
    lock.run(() -> {
      requests.freeze();
      events.hold();
    });
  }

  /** Ends a {@link #freeze}; those who still wait get their answers. */
  public void thaw() {
    lock.run(() -> {
      requests.thaw();
      events.letGo();
    });
  }

  /** How it treats events from now on. */
  public void events(EventMode mode) {
    lock.run(() -> events.mode(mode));
  }

  /** Tells each event this much later. */
  public void delayEvents(Duration by) {
    lock.run(() -> events.delay(by));
  }

  /** Breaks all event streams and goes on. */
  public void breakEventStreams() {
    lock.run(() ->
        events.breakStreams(
            new RuntimeFailure.Unavailable("event stream: broken off by script", null)));
  }

  /** Somebody else listens on this port of the host, for ever. */
  public void occupyPort(int port) {
    lock.run(() -> machine.ports().occupy(port));
  }

  /**
   * Somebody else makes a container and starts it.
   *
   * @return its id
   */
  public String addForeign(String name, Map<String, String> labels) {
    return lock.get(() -> {
      if (machine.byName(name).isPresent()) {
        throw new IllegalStateException("name taken: " + name);
      }
      Container container =
          machine.add(name, labels, "foreign:1", Optional.empty(), Isolation.CONTAINER);
      machine.start(container);
      return container.id();
    });
  }

  /** The process of a workload ends by itself, with this exit code. */
  public void exit(String uid, int exitCode) {
    interfere(uid, container -> machine.end(container, OptionalInt.of(exitCode), "die"));
  }

  /** The process of a workload ends, and nobody sees how. */
  public void exitUnseen(String uid) {
    interfere(uid, container -> machine.end(container, OptionalInt.empty(), "die"));
  }

  /** The kernel kills the process of a workload for want of memory. */
  public void killForMemory(String uid) {
    interfere(
        uid,
        container ->
            machine.end(container, OptionalInt.of(137), ExitCause.OUT_OF_MEMORY, "out of memory"));
  }

  /** Somebody else removes the instance of a workload. */
  public void removeBehindOurBack(String uid) {
    interfere(uid, machine::remove);
  }

  /** Somebody else kills the instance of a workload. */
  public void stopBehindOurBack(String uid) {
    interfere(uid, container -> machine.kill(container, "kill by somebody else"));
  }

  /** Somebody else starts the instance of a workload. */
  public void startBehindOurBack(String uid) {
    interfere(uid, machine::start);
  }

  /** Somebody else suspends the instance of a workload. */
  public void pause(String uid) {
    interfere(uid, machine::pause);
  }

  /** Somebody else resumes the instance of a workload. */
  public void resume(String uid) {
    interfere(uid, machine::resume);
  }

  /** The engine loses its grip on the instance of a workload. */
  public void breakDown(String uid) {
    interfere(uid, container -> machine.breakDown(container, "stopping, for ever"));
  }

  /** The instance of a workload, on whatever node, as it is and whether or not the engine is up. */
  public Optional<Instance> peek(String uid) {
    return lock.get(() -> ours(uid).map(Container::toInstance));
  }

  /** What the instance of a workload was made from. */
  public Optional<InstanceSpec> peekSpec(String uid) {
    return lock.get(() -> ours(uid).flatMap(Container::spec));
  }

  /** The labels of the instance of a workload, ours included. */
  public Map<String, String> peekLabels(String uid) {
    return lock.get(() -> ours(uid).map(Container::labels).orElse(Map.of()));
  }

  /** The isolation that the instance of a workload really has. */
  public Optional<Isolation> peekIsolation(String uid) {
    return lock.get(() -> ours(uid).map(Container::isolation));
  }

  /** The names of all containers, foreign ones too, in the order of their making. */
  public List<String> names() {
    return lock.get(() -> machine.all().stream().map(Container::name).toList());
  }

  /** The uids of all workloads that have a process, in the order of their instances' making. */
  public List<String> running() {
    return lock.get(() ->
        machine.all().stream()
            .filter(Container::isAlive)
            .flatMap(container -> container.uid().stream())
            .toList());
  }

  /** Whether a container of this id exists and has a process. */
  public boolean isAlive(String id) {
    return lock.get(() -> machine.byId(id).filter(Container::isAlive).isPresent());
  }

  /** Removes a container of whomever, by its id. */
  public void removeById(String id) {
    lock.run(() -> machine.byId(id).ifPresent(machine::remove));
  }

  /** A call of a runtime, which counts, and which scripted faults strike. */
  Requests.Call begin(Client client, Operation operation, String subject, Duration limit) {
    return requests.begin(client, operation, subject, limit, faults);
  }

  Requests requests() {
    return requests;
  }

  Machine machine() {
    return machine;
  }

  EventHub eventHub() {
    return events;
  }

  /** With the lock held. */
  RuntimeInfo info() {
    return info;
  }

  int life() {
    return lock.get(() -> life);
  }

  EngineLock lock() {
    return lock;
  }

  private Optional<Container> ours(String uid) {
    return machine.byUid(uid).stream().findFirst();
  }

  private void interfere(String uid, Consumer<Container> deed) {
    lock.run(() ->
        deed.accept(
            ours(uid)
                .orElseThrow(
                    () -> new IllegalStateException("workload " + uid + " has no instance"))));
  }
}
