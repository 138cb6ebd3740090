package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that an engine must know to create an instance.
 *
 * @param uid uid of the workload
 * @param stack name of the stack, a DNS label
 * @param workload name of the workload, a DNS label
 * @param labels further labels; none begins with {@link Labels#PREFIX}
 * @param image image reference
 * @param command replaces the image's entrypoint, unless empty
 * @param args arguments of the entrypoint; empty for the image's own
 * @param env environment in this order; values may hold any text but NUL
 * @param workingDir absolute path; empty for the image's own
 * @param user user or user:group; empty for the image's own
 * @param isolation how strongly it must be separated
 * @param limits bounds on what it may use
 * @param ports ports that the host is to listen on
 * @param stopSignal such as {@code SIGTERM}; empty for the image's own
 * @param stopGrace time between the stop signal and SIGKILL
 * @param fixedName exactly this name instead of one that is made; empty for the made one
 * @param feed name of the feed that wants it ({@link Labels#FEED}); does not count for the hash
 * @param dependencies names of workloads of the stack that it is stopped before
 * @param lateEnv variables whose values became known only now, in place of those of {@code env}
 *     that have the same names. They do not count for the hash; {@code env} says what they are made
 *     of
 * @param surroundings network, mounts, security and what else most instances leave to the engine
 * @param askedHash hash of the spec that this one was made of by leaving out what its engine cannot
 *     do ({@link #without}); empty for a spec as it was asked for
 */
public record InstanceSpec(
    String uid,
    String stack,
    String workload,
    Map<String, String> labels,
    String image,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    Optional<String> workingDir,
    Optional<String> user,
    Isolation isolation,
    Limits limits,
    List<PortBinding> ports,
    Optional<String> stopSignal,
    Duration stopGrace,
    Optional<String> fixedName,
    String feed,
    List<String> dependencies,
    Map<String, String> lateEnv,
    Surroundings surroundings,
    Optional<String> askedHash) {

  /** Engines accept longer names; a host name may have 63 characters. */
  private static final int MAX_NAME = 63;

  public InstanceSpec {
    requireNonNull(uid, "uid");
    requireNonNull(stack, "stack");
    requireNonNull(workload, "workload");
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    requireNonNull(image, "image");
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    requireNonNull(workingDir, "workingDir");
    requireNonNull(user, "user");
    requireNonNull(isolation, "isolation");
    requireNonNull(limits, "limits");
    ports = List.copyOf(ports);
    requireNonNull(stopSignal, "stopSignal");
    requireNonNull(stopGrace, "stopGrace");
    requireNonNull(fixedName, "fixedName");
    requireNonNull(feed, "feed");
    dependencies = List.copyOf(dependencies);
    lateEnv = Collections.unmodifiableMap(new LinkedHashMap<>(lateEnv));
    requireNonNull(surroundings, "surroundings");
    requireNonNull(askedHash, "askedHash");
  }

  /** A spec as it is asked for. */
  public InstanceSpec(
      String uid,
      String stack,
      String workload,
      Map<String, String> labels,
      String image,
      List<String> command,
      List<String> args,
      Map<String, String> env,
      Optional<String> workingDir,
      Optional<String> user,
      Isolation isolation,
      Limits limits,
      List<PortBinding> ports,
      Optional<String> stopSignal,
      Duration stopGrace,
      Optional<String> fixedName,
      String feed,
      List<String> dependencies,
      Map<String, String> lateEnv,
      Surroundings surroundings) {
    this(
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
        surroundings,
        Optional.empty());
  }

  /**
   * The name that the instance has at its engine: {@code <stack>-<workload>-<uid's mark>}, at most
   * 63 characters. The mark is derived from the whole uid, so that two workloads never share a name
   * and the engine itself refuses a second instance of one. Or {@link #fixedName()}.
   */
  public String instanceName() {
    return fixedName.orElseGet(this::madeName);
  }

  private String madeName() {
    String mark = SpecHash.mark(uid);
    String words = stack + "-" + workload;
    int room = MAX_NAME - mark.length() - 1;
    return (words.length() <= room ? words : words.substring(0, room)) + "-" + mark;
  }

  /**
   * A hash over everything that cannot be changed without a new instance. The grace period, which
   * is given anew at each stop, does not count. A spec that leaves something out has the hash of
   * the one that was asked for.
   */
  public String specHash() {
    return askedHash.orElseGet(() -> SpecHash.of(this));
  }

  /**
   * The same for an engine that lacks these capabilities: what they are for is left to the engine.
   *
   * @throws IllegalArgumentException if one of them cannot be done without ({@link
   *     Capability#isDispensable()})
   */
  public InstanceSpec without(Set<Capability> lacking) {
    return lacking.isEmpty() ? this : Concessions.make(this, lacking);
  }

  /** The same, with these late variables. */
  public InstanceSpec withLateEnv(Map<String, String> variables) {
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
        variables,
        surroundings,
        askedHash);
  }

  /** The environment that the instance gets: {@link #env()} with {@link #lateEnv()} in place. */
  public Map<String, String> effectiveEnv() {
    Map<String, String> effective = new LinkedHashMap<>(env);
    effective.putAll(lateEnv);
    return effective;
  }

  /** What a runtime must be able to do to run this. */
  public Set<Capability> needs() {
    return Needs.of(this);
  }
}
