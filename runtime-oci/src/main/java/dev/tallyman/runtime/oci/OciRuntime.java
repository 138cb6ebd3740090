package dev.tallyman.runtime.oci;

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
import dev.tallyman.runtime.oci.assets.OciAssets;
import dev.tallyman.runtime.oci.containers.ContainerReply;
import dev.tallyman.runtime.oci.containers.Containers;
import dev.tallyman.runtime.oci.containers.Containers.Listed;
import dev.tallyman.runtime.oci.containers.EventStream;
import dev.tallyman.runtime.oci.containers.Exec;
import dev.tallyman.runtime.oci.containers.InstanceCache;
import dev.tallyman.runtime.oci.containers.Listing;
import dev.tallyman.runtime.oci.containers.Logs;
import dev.tallyman.runtime.oci.containers.Observer;
import dev.tallyman.runtime.oci.containers.Stop;
import dev.tallyman.runtime.oci.engine.Engine;
import dev.tallyman.runtime.oci.engine.EngineCall;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.engine.EngineFacts;
import dev.tallyman.runtime.oci.files.MemoryFiles;
import dev.tallyman.runtime.oci.images.OciImages;
import dev.tallyman.runtime.oci.images.RegistryCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime on an engine that speaks the Docker Engine API: Docker from 20.10, Podman from 4.3.
 *
 * <p>Making one asks the engine nothing; the engine may come later, go away and return as another
 * version. An instance is a container whose label {@code tallyman.node} names the node.
 */
public final class OciRuntime implements ContainerRuntime {

  private static final Logger log = LoggerFactory.getLogger(OciRuntime.class);

  private static final Path KERNEL_RELEASE = Path.of("/proc/sys/kernel/osrelease");

  private final String name;
  private final String node;
  private final Engine engine;
  private final Containers containers;
  private final Observer observer;
  private final InstanceCache cache = new InstanceCache();
  private final Listing listing;
  private final Stop stop;
  private final Launch launch;
  private final OciImages images;
  private final OciAssets assets;
  private final MemoryFiles files;
  private final Preparation preparation;
  private final Exec exec;
  private final Logs logs;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param name the name under which configuration and workloads know it
   * @param node name of the node that owns its instances
   * @param socket the engine's unix socket
   * @param deadlines how long its calls may take
   * @param clock tells how long a container has been on its way to another state
   * @param dockerConfig folder of Docker's {@code config.json}, where logins at registries are
   *     kept; it need not exist
   */
  public OciRuntime(
      String name,
      String node,
      Path socket,
      Deadlines deadlines,
      InstantSource clock,
      Path dockerConfig) {
    this(
        name,
        node,
        socket,
        deadlines,
        clock,
        dockerConfig,
        MemoryFiles.directory(System.getenv(), System.getProperty("user.name", ""), node));
  }

  /**
   * The same with another place for secrets and configs.
   *
   * @param filesDirectory directory in memory of the host, of this node's own; it need not exist
   */
  public OciRuntime(
      String name,
      String node,
      Path socket,
      Deadlines deadlines,
      InstantSource clock,
      Path dockerConfig,
      Path filesDirectory) {
    this.name = requireNonNull(name, "name");
    this.node = requireNonNull(node, "node");
    requireNonNull(clock, "clock");
    engine = new Engine(name, socket, requireNonNull(deadlines, "deadlines"));
    containers = new Containers(engine, node);
    observer = new Observer(clock, deadlines.change());
    listing = new Listing(engine, containers, observer, cache);
    stop = new Stop(engine, containers, observer);
    images =
        new OciImages(
            engine,
            new RegistryCredentials(
                requireNonNull(dockerConfig, "dockerConfig"),
                System.getenv().getOrDefault("PATH", "")));
    files = new MemoryFiles(requireNonNull(filesDirectory, "filesDirectory"), name);
    assets = new OciAssets(engine, node);
    exec = new Exec(engine);
    logs = new Logs(engine);
    Requirements requirements = new Requirements(engine, this::info);
    preparation = new Preparation(engine, containers, images, files, requirements);
    launch =
        new Launch(
            engine, containers, stop, observer, cache, assets, requirements, preparation, node);
  }

  /**
   * Where the user's {@code docker login} keeps its logins.
   *
   * @param env environment variables
   * @param home the user's home folder
   */
  public static Path dockerConfig(Map<String, String> env, Path home) {
    String configured = env.getOrDefault("DOCKER_CONFIG", "");
    return configured.isBlank() ? home.resolve(".docker") : Path.of(configured.strip());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public RuntimeInfo info() {
    EngineFacts facts = engine.facts();
    return canShareMemoryWith(facts) ? facts.info().with(Capability.FILES) : facts.info();
  }

  @Override
  public void ping() {
    engine.ping();
  }

  @Override
  public List<Instance> list() {
    return listing.list();
  }

  @Override
  public Optional<Instance> find(String uid) {
    requireNonNull(uid, "uid");
    Optional<Instance> known = cache.id(uid).flatMap(id -> look(uid, id));
    return known.isPresent() ? known : search(uid).flatMap(id -> look(uid, id));
  }

  @Override
  public Instance launch(InstanceSpec spec) {
    requireNonNull(spec, "spec");
    if (!cache.isComplete()) {
      listing.learnIds();
    }
    try (MemoryFiles.Use use = files.use(spec.uid())) {
      requireNonNull(use, "use");
      return launch.launch(spec);
    }
  }

  @Override
  public Instance start(String uid, List<HostFile> wanted) {
    requireNonNull(uid, "uid");
    requireNonNull(wanted, "wanted");
    EngineCall call = new EngineCall(Verb.START, subject(uid));
    preparation.writeFiles(uid, wanted, call);
    // The second time by a search: the id that was known may have been replaced.
    return cache
        .id(uid)
        .flatMap(id -> startContainer(uid, id))
        .or(() -> search(uid).flatMap(id -> startContainer(uid, id)))
        .orElseThrow(() -> engine.errors().instanceNotFound(call));
  }

  @Override
  public Optional<Instance> stop(String uid, Duration grace) {
    requireNonNull(uid, "uid");
    requireNonNull(grace, "grace");
    Optional<Instance> stopped = cache.id(uid).flatMap(id -> stopContainer(uid, id, grace));
    return stopped.isPresent() ? stopped : search(uid).flatMap(id -> stopContainer(uid, id, grace));
  }

  @Override
  public void remove(String uid) {
    requireNonNull(uid, "uid");
    boolean removed = cache.id(uid).map(id -> removeContainer(uid, id)).orElse(false);
    if (!removed) {
      search(uid).ifPresent(id -> removeContainer(uid, id));
    }
    preparation.removeFiles(uid);
  }

  @Override
  public void tidy() {
    try {
      int swept = files.sweep(() -> list().stream().map(Instance::uid).collect(Collectors.toSet()));
      if (swept > 0) {
        log.info(
            "Files of {} workloads that were never launched were removed at runtime {}",
            swept,
            name);
      }
    } catch (IOException broken) {
      log.warn(
          "Files of workloads that were never launched may stay in memory until the next start of"
              + " this host: {}",
          broken.toString());
    }
  }

  @Override
  public Subscription watch(RuntimeListener listener) {
    requireNonNull(listener, "listener");
    EventStream stream = EventStream.open(engine, node, cache, listener, streams::remove);
    streams.add(stream);
    stream.start();
    if (closed) {
      stream.lose(engine.errors().closed(EngineCall.of(Verb.EVENTS)));
    }
    return stream;
  }

  @Override
  public ExecResult exec(String uid, ExecRequest request) {
    requireNonNull(uid, "uid");
    requireNonNull(request, "request");
    Optional<String> known = cache.id(uid);
    if (known.isPresent()) {
      try {
        return exec.run(known.get(), subject(uid), request);
      } catch (RuntimeFailure.InstanceNotFound replaced) {
        Optional<String> now = search(uid);
        if (now.isEmpty() || now.equals(known)) {
          throw replaced;
        }
        return exec.run(now.get(), subject(uid), request);
      }
    }
    String id =
        search(uid)
            .orElseThrow(
                () -> engine.errors().instanceNotFound(new EngineCall(Verb.EXEC, subject(uid))));
    return exec.run(id, subject(uid), request);
  }

  @Override
  public void logs(String uid, LogRequest request, LogSink sink) {
    requireNonNull(uid, "uid");
    requireNonNull(request, "request");
    requireNonNull(sink, "sink");
    ContainerReply container =
        cache
            .id(uid)
            .flatMap(id -> containers.inspect(id, subject(uid)))
            .or(() -> search(uid).flatMap(id -> containers.inspect(id, subject(uid))))
            .filter(reply -> reply.belongsTo(node))
            .orElseThrow(
                () -> engine.errors().instanceNotFound(new EngineCall(Verb.LOGS, subject(uid))));
    logs.read(container, subject(uid), request, sink);
  }

  @Override
  public StackAssets assets() {
    return assets;
  }

  /**
   * An engine in a virtual machine has another kernel, and does not see this host's memory. And who
   * is not root can give files only to containers whose root is the same user.
   */
  private boolean canShareMemoryWith(EngineFacts facts) {
    try {
      return (MemoryFiles.isRoot() || facts.rootless())
          && facts.kernel().equals(Files.readString(KERNEL_RELEASE).strip())
          && files.obstacle().isEmpty();
    } catch (IOException notLinux) {
      return false;
    }
  }

  @Override
  public Images images() {
    return images;
  }

  @Override
  public void close() {
    closed = true;
    streams.forEach(stream -> stream.lose(engine.errors().closed(EngineCall.of(Verb.EVENTS))));
    logs.close();
    engine.close();
  }

  /** Empty if it is gone. */
  private Optional<Instance> look(String uid, String id) {
    Optional<Instance> found =
        containers
            .inspect(id, subject(uid))
            .filter(reply -> reply.belongsTo(node))
            .map(observer::read);
    if (found.isEmpty()) {
      cache.gone(uid, id);
    }
    return found;
  }

  /** The id of the uid's container, asked of the engine. */
  private Optional<String> search(String uid) {
    Optional<String> found =
        Listing.onePerUid(containers.withUid(uid)).stream().map(Listed::id).findFirst();
    found.ifPresent(id -> cache.seen(uid, id));
    return found;
  }

  private Optional<Instance> startContainer(String uid, String id) {
    try {
      containers.start(id, subject(uid));
    } catch (RuntimeFailure.InstanceNotFound gone) {
      cache.gone(uid, id);
      return Optional.empty();
    } catch (RuntimeFailure.Internal refused) {
      // Engines do not start what is paused; it is left as it is, like one that runs.
      Optional<Instance> paused =
          look(uid, id).filter(instance -> instance.state() instanceof InstanceState.Paused);
      return Optional.of(paused.orElseThrow(() -> refused));
    } finally {
      cache.changed(id);
    }
    return look(uid, id);
  }

  private Optional<Instance> stopContainer(String uid, String id, Duration grace) {
    try {
      Optional<Instance> stopped = stop.stop(id, subject(uid), grace);
      if (stopped.isEmpty()) {
        cache.gone(uid, id);
      }
      return stopped;
    } finally {
      cache.changed(id);
    }
  }

  /** Whether there was one. */
  private boolean removeContainer(String uid, String id) {
    boolean removed = stop.remove(id, subject(uid));
    cache.gone(uid, id);
    return removed;
  }

  private static String subject(String uid) {
    return "the instance of workload " + uid;
  }
}
