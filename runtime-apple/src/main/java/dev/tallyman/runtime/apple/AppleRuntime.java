package dev.tallyman.runtime.apple;

import static java.util.Objects.requireNonNull;

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
import dev.tallyman.runtime.RuntimeInfo;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.StackAssets;
import dev.tallyman.runtime.Subscription;
import dev.tallyman.runtime.apple.assets.AppleAssets;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Facts;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.command.CommandRunner;
import dev.tallyman.runtime.apple.containers.KeyedLocks;
import dev.tallyman.runtime.apple.containers.Observer;
import dev.tallyman.runtime.apple.containers.Recipes;
import dev.tallyman.runtime.apple.containers.Starter;
import dev.tallyman.runtime.apple.containers.Stopper;
import dev.tallyman.runtime.apple.events.Poller;
import dev.tallyman.runtime.apple.files.InstanceFiles;
import dev.tallyman.runtime.apple.hosts.HostsFiles;
import dev.tallyman.runtime.apple.images.AppleImages;
import dev.tallyman.runtime.apple.logs.LogFile;
import dev.tallyman.runtime.apple.shim.Folders;
import dev.tallyman.runtime.apple.shim.Runs;
import dev.tallyman.runtime.apple.shim.Shim;
import dev.tallyman.runtime.apple.system.SystemStarter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A runtime on Apple's {@code container} from 0.11 on: every instance is a micro-VM of its own.
 *
 * <p>Making one asks the engine nothing; it may come later, go away and return as another version.
 * An instance is a container whose label {@code tallyman.node} names the node. What the engine does
 * not keep stands in a directory of this runtime: exit codes, how containers were made, hosts files
 * and secrets. When that directory is lost, instances are still known, and their exit codes are
 * not.
 */
public final class AppleRuntime implements ContainerRuntime {

  /** The kind of this engine, and its usual name. */
  public static final String KIND = "apple";

  private final String name;
  private final AppleSettings settings;
  private final CommandRunner runner;
  private final Cli cli;
  private final Observer observer;
  private final Starter starter;
  private final Stopper stopper;
  private final Launch launch;
  private final Preparation preparation;
  private final AppleImages images;
  private final AppleAssets assets;
  private final Poller poller;
  private final SystemStarter system;
  private final KeyedLocks locks = new KeyedLocks();
  private volatile boolean closed;

  /**
   * @param name the name under which configuration and workloads know it
   * @param node name of the node that owns its instances
   * @param settings how the engine is used
   * @param deadlines how long its calls may take
   * @param clock the host's, by which runs are dated
   * @param random for the marks that tell containers of one name apart
   * @param environment our own variables, of which the command gets a few
   */
  public AppleRuntime(
      String name,
      String node,
      AppleSettings settings,
      Deadlines deadlines,
      InstantSource clock,
      RandomGenerator random,
      Map<String, String> environment) {
    this.name = requireNonNull(name, "name");
    requireNonNull(node, "node");
    this.settings = requireNonNull(settings, "settings");
    runner = new CommandRunner(made(settings.state().resolve("calls")), environment);
    cli = new Cli(name, settings.executable(), runner, requireNonNull(deadlines, "deadlines"));
    system = new SystemStarter(cli, settings.permission(), clock);
    cli.whenDown(system::isDown);
    Runs runs = new Runs(made(settings.state().resolve("runs")), clock);
    HostsFiles hosts = new HostsFiles(runs::home);
    Recipes recipes = new Recipes(runs::home);
    observer = new Observer(cli, node, runs, hosts, clock);
    assets = new AppleAssets(cli, node);
    Shim shim = new Shim(settings.state().resolve("shims"), runner);
    starter = new Starter(cli, runner.turns(), observer, runs, shim, recipes, assets, clock);
    stopper = new Stopper(cli, observer, starter, runs);
    InstanceFiles files =
        new InstanceFiles(
            settings.state().resolve("files"),
            InstanceFiles.ownerOf(System.getProperty("user.name", "")));
    preparation = new Preparation(cli, assets, files, hosts);
    launch =
        new Launch(
            cli,
            node,
            observer,
            starter,
            stopper,
            assets,
            new Requirements(cli, files),
            preparation,
            recipes,
            runs,
            random);
    images = new AppleImages(cli);
    poller = new Poller(observer::instances, runs, settings.pace());
  }

  private static Path made(Path folder) {
    try {
      Folders.makePrivate(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("state directory: " + folder + " cannot be made: " + e, e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public RuntimeInfo info() {
    return info(cli.facts());
  }

  /** What the engine says of itself, and what the host has: a machine gets no more. */
  static RuntimeInfo info(Facts facts) {
    return new RuntimeInfo(
        KIND,
        facts.isOfOnePiece()
            ? facts.client().text()
            : facts.client().text() + " (system service " + facts.server().orElseThrow() + ")",
        facts.client().text(),
        "linux",
        "arm64",
        Runtime.getRuntime().availableProcessors(),
        hostMemory(),
        facts.capabilities());
  }

  private static long hostMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean host
        ? host.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  @Override
  public void ping() {
    cli.ping();
  }

  @Override
  public List<Instance> list() {
    var _ = cli.facts();
    return observer.instances();
  }

  @Override
  public Optional<Instance> find(String uid) {
    requireNonNull(uid, "uid");
    return container(uid, Verb.LIST).map(observer::instance);
  }

  @Override
  public Instance launch(InstanceSpec spec) {
    requireNonNull(spec, "spec");
    return changing(spec.uid(), Verb.CREATE, () -> launch.launch(spec));
  }

  @Override
  public Instance start(String uid, List<HostFile> files) {
    requireNonNull(uid, "uid");
    requireNonNull(files, "files");
    return changing(
        uid,
        Verb.START,
        () -> {
          Container container =
              container(uid, Verb.START)
                  .orElseThrow(() -> cli.refusals().instanceNotFound(Verb.START, subject(uid)));
          preparation.writeFiles(uid, files, container.name());
          starter.start(container);
          return find(uid)
              .orElseThrow(() -> cli.refusals().instanceNotFound(Verb.START, subject(uid)));
        });
  }

  @Override
  public Optional<Instance> stop(String uid, Duration grace) {
    requireNonNull(uid, "uid");
    requireNonNull(grace, "grace");
    return changing(
        uid,
        Verb.STOP,
        () ->
            container(uid, Verb.STOP)
                .flatMap(container -> stopper.stop(container, grace))
                .map(observer::instance));
  }

  @Override
  public void remove(String uid) {
    requireNonNull(uid, "uid");
    var _ =
        changing(
            uid,
            Verb.DELETE,
            () -> {
              container(uid, Verb.DELETE)
                  .ifPresent(container -> {
                    stopper.remove(container);
                    preparation.remove(container);
                  });
              preparation.removeFiles(uid);
              return uid;
            });
  }

  @Override
  public Subscription watch(RuntimeListener listener) {
    requireNonNull(listener, "listener");
    var _ = cli.facts();
    Subscription subscription = poller.watch(listener);
    if (closed) {
      poller.lose(cli.refusals().unavailable(Verb.WATCH, "the runtime was closed"));
    }
    return subscription;
  }

  @Override
  public ExecResult exec(String uid, ExecRequest request) {
    requireNonNull(uid, "uid");
    requireNonNull(request, "request");
    Container container =
        container(uid, Verb.EXEC)
            .orElseThrow(() -> cli.refusals().instanceNotFound(Verb.EXEC, subject(uid)));
    if (!(observer.instance(container).state() instanceof InstanceState.Running)) {
      throw cli.refusals().notRunning(Verb.EXEC, container.name());
    }
    return cli.exec(container.name(), request);
  }

  @Override
  public void logs(String uid, LogRequest request, LogSink sink) {
    requireNonNull(uid, "uid");
    requireNonNull(request, "request");
    requireNonNull(sink, "sink");
    Container container =
        container(uid, Verb.LOGS)
            .orElseThrow(() -> cli.refusals().instanceNotFound(Verb.LOGS, subject(uid)));
    Path root =
        settings
            .appRoot()
            .or(() -> cli.facts().appRoot())
            .orElseThrow(() ->
                cli.refusals()
                    .unsupported(
                        Verb.LOGS,
                        container.name(),
                        "the system service does not tell its folder; configure the app root"));
    try {
      new LogFile(root, container.name()).read(request, () -> hasEnded(uid, container), sink);
    } catch (IOException e) {
      throw cli.refusals().internal(Verb.LOGS, container.name(), "its file: " + e);
    } catch (InterruptedException e) {
      throw cli.refusals().cancelled(Verb.LOGS, container.name());
    }
  }

  private boolean hasEnded(String uid, Container container) {
    return container(uid, Verb.LOGS)
        .filter(now -> now.id().equals(container.id()))
        .filter(now -> observer.instance(now).state() instanceof InstanceState.Running)
        .isEmpty();
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
    closed = true;
    system.close();
    poller.lose(cli.refusals().unavailable(Verb.WATCH, "the runtime was closed"));
    runner.close();
  }

  private Optional<Container> container(String uid, Verb verb) {
    var _ = cli.facts();
    return observer.look(verb, subject(uid)).of(uid);
  }

  /** Does what changes a workload's instance, one after the other. */
  private <T> T changing(String uid, Verb verb, Supplier<T> change) {
    try (KeyedLocks.Held _ = locks.take(uid, cli.deadlines().change())) {
      return change.get();
    } catch (InterruptedException e) {
      throw cli.refusals().cancelled(verb, subject(uid));
    } catch (TimeoutException e) {
      throw cli.refusals()
          .timedOut(verb, subject(uid), "another change of it is under way and does not end");
    } finally {
      poller.wake();
    }
  }

  private static String subject(String uid) {
    return "the instance of workload " + uid;
  }
}
