package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.HostFile;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.Mount;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.Security;
import dev.tallyman.runtime.Surroundings;
import dev.tallyman.runtime.Tuning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes specs for tests. What is not set is what an instance has that asks for nothing: stack
 * {@code test}, workload {@code app}, no bounds, 10 s of grace. Not for use by several threads.
 */
public final class SpecBuilder {

  private final String uid;
  private final String image;
  private String stack = "test";
  private String workload = "app";
  private final Map<String, String> labels = new LinkedHashMap<>();
  private List<String> command = List.of();
  private List<String> args = List.of();
  private final Map<String, String> env = new LinkedHashMap<>();
  private Optional<String> workingDir = Optional.empty();
  private Optional<String> user = Optional.empty();
  private Isolation isolation = Isolation.CONTAINER;
  private Limits limits = Limits.NONE;
  private final List<PortBinding> ports = new ArrayList<>();
  private Optional<String> stopSignal = Optional.empty();
  private Duration stopGrace = Duration.ofSeconds(10);
  private Optional<String> fixedName = Optional.empty();
  private String feed = "";
  private List<String> dependencies = List.of();
  private Map<String, String> lateEnv = Map.of();
  private Networking networking = Networking.DEFAULT;
  private final List<Mount> mounts = new ArrayList<>();
  private final List<HostFile> files = new ArrayList<>();
  private Security security = Security.DEFAULT;
  private ProcessSpec process = ProcessSpec.DEFAULT;
  private Tuning tuning = Tuning.DEFAULT;

  private SpecBuilder(String uid, String image) {
    this.uid = uid;
    this.image = image;
  }

  /** A spec of a workload. */
  public static SpecBuilder spec(String uid, String image) {
    return new SpecBuilder(uid, image);
  }

  /** A spec like another one. */
  public static SpecBuilder like(InstanceSpec other) {
    SpecBuilder builder = new SpecBuilder(other.uid(), other.image());
    builder.stack = other.stack();
    builder.workload = other.workload();
    builder.labels.putAll(other.labels());
    builder.command = other.command();
    builder.args = other.args();
    builder.env.putAll(other.env());
    builder.workingDir = other.workingDir();
    builder.user = other.user();
    builder.isolation = other.isolation();
    builder.limits = other.limits();
    builder.ports.addAll(other.ports());
    builder.stopSignal = other.stopSignal();
    builder.stopGrace = other.stopGrace();
    builder.fixedName = other.fixedName();
    builder.feed = other.feed();
    builder.dependencies = other.dependencies();
    builder.lateEnv = other.lateEnv();
    builder.networking = other.surroundings().networking();
    builder.mounts.addAll(other.surroundings().mounts());
    builder.files.addAll(other.surroundings().files());
    builder.security = other.surroundings().security();
    builder.process = other.surroundings().process();
    builder.tuning = other.surroundings().tuning();
    return builder;
  }

  /** A spec like another one, without its mounts and files. */
  public static SpecBuilder bare(InstanceSpec other) {
    SpecBuilder builder = like(other);
    builder.mounts.clear();
    builder.files.clear();
    return builder;
  }

  /** The names of the stack and of the workload. */
  public SpecBuilder named(String newStack, String newWorkload) {
    stack = newStack;
    workload = newWorkload;
    return this;
  }

  /** One more label. */
  public SpecBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  /** What replaces the image's entrypoint. */
  public SpecBuilder command(List<String> newCommand) {
    command = newCommand;
    return this;
  }

  /** Arguments of the entrypoint. */
  public SpecBuilder args(List<String> newArgs) {
    args = newArgs;
    return this;
  }

  /** One more environment variable. */
  public SpecBuilder env(String key, String value) {
    env.put(key, value);
    return this;
  }

  /** Where the process begins. */
  public SpecBuilder workingDir(String path) {
    workingDir = Optional.of(path);
    return this;
  }

  /** As whom the process runs. */
  public SpecBuilder user(String newUser) {
    user = Optional.of(newUser);
    return this;
  }

  /** How strongly it must be separated. */
  public SpecBuilder isolation(Isolation newIsolation) {
    isolation = newIsolation;
    return this;
  }

  /** Bounds on what it may use. */
  public SpecBuilder limits(Limits newLimits) {
    limits = newLimits;
    return this;
  }

  /** One more port of the host. */
  public SpecBuilder port(PortBinding port) {
    ports.add(port);
    return this;
  }

  /** What asks it to stop. */
  public SpecBuilder stopSignal(String signal) {
    stopSignal = Optional.of(signal);
    return this;
  }

  /** How long it may take to stop. */
  public SpecBuilder stopGrace(Duration grace) {
    stopGrace = grace;
    return this;
  }

  /** Exactly this name at the engine. */
  public SpecBuilder fixedName(String name) {
    fixedName = Optional.of(name);
    return this;
  }

  /** The feed that wants it. */
  public SpecBuilder feed(String newFeed) {
    feed = newFeed;
    return this;
  }

  /** Workloads of its stack that it depends on. */
  public SpecBuilder dependencies(List<String> workloads) {
    dependencies = workloads;
    return this;
  }

  /** Variables that became known late. */
  public SpecBuilder lateEnv(Map<String, String> variables) {
    lateEnv = variables;
    return this;
  }

  /** The network that it has. */
  public SpecBuilder networking(Networking newNetworking) {
    networking = newNetworking;
    return this;
  }

  /** Which network it has, and nothing else about it. */
  public SpecBuilder network(Networking.Mode mode) {
    networking =
        new Networking(mode, Optional.empty(), Optional.empty(), Networking.Dns.DEFAULT, List.of());
    return this;
  }

  /** One more mount. */
  public SpecBuilder mount(Mount mount) {
    mounts.add(mount);
    return this;
  }

  /** One more file. */
  public SpecBuilder file(HostFile file) {
    files.add(file);
    return this;
  }

  /** What it may do. */
  public SpecBuilder security(Security newSecurity) {
    security = newSecurity;
    return this;
  }

  /** What is around its process. */
  public SpecBuilder process(ProcessSpec newProcess) {
    process = newProcess;
    return this;
  }

  /** How the kernel treats it. */
  public SpecBuilder tuning(Tuning newTuning) {
    tuning = newTuning;
    return this;
  }

  /** The spec. */
  public InstanceSpec build() {
    return new InstanceSpec(
        uid,
        stack,
        workload,
        labels,
        image,
        command,
        args,
        env,
        workingDir,
        user,
        isolation,
        limits,
        ports,
        stopSignal,
        stopGrace,
        fixedName,
        feed,
        dependencies,
        lateEnv,
        new Surroundings(networking, mounts, files, security, process, tuning));
  }
}
