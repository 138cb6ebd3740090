package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.InstanceSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A workload that can be run as it is: every rule of the wire contract has been checked.
 *
 * @param generation rises with every change of the spec; statuses name it
 * @param spec what an engine must know, identity included
 * @param specHash {@link InstanceSpec#specHash()}, computed once
 * @param needs {@link InstanceSpec#needs()}, found out once
 * @param pullPolicy when its image is fetched
 * @param runtime the runtime that must run it; empty for any that can
 * @param restart what happens when it ends
 * @param dependencies what it waits for, and is stopped before; no name twice
 * @param update how a changed spec takes the place of the former one
 * @param probes how it is found out whether it works
 * @param templates names of variables in its environment whose values are texts with facts of other
 *     workloads
 * @param enforcement what happens when no runtime can do all that it asks for
 */
public record Workload(
    long generation,
    InstanceSpec spec,
    String specHash,
    Set<Capability> needs,
    PullPolicy pullPolicy,
    Optional<String> runtime,
    RestartPolicy restart,
    List<Dependency> dependencies,
    UpdatePolicy update,
    Probes probes,
    Set<String> templates,
    Enforcement enforcement) {

  /** What happens when a runtime cannot do something that a workload asks for. */
  public enum Enforcement {
    /** It is not run there. */
    STRICT,
    /** It runs without what can be done without, and its status says so. */
    WARN
  }

  public Workload {
    requireNonNull(spec, "spec");
    requireNonNull(specHash, "specHash");
    needs = Set.copyOf(needs);
    requireNonNull(pullPolicy, "pullPolicy");
    requireNonNull(runtime, "runtime");
    requireNonNull(restart, "restart");
    dependencies = List.copyOf(dependencies);
    requireNonNull(update, "update");
    requireNonNull(probes, "probes");
    templates = Set.copyOf(templates);
    requireNonNull(enforcement, "enforcement");
  }

  /** A workload that stands alone, whose hash is computed from its spec. */
  public static Workload of(
      long generation,
      InstanceSpec spec,
      PullPolicy pullPolicy,
      Optional<String> runtime,
      RestartPolicy restart) {
    return new Workload(
        generation,
        spec,
        spec.specHash(),
        spec.needs(),
        pullPolicy,
        runtime,
        restart,
        List.of(),
        UpdatePolicy.KEEP,
        Probes.DEFAULT,
        Set.of(),
        Enforcement.STRICT);
  }

  /** The same, with values of variables that became known only now. */
  public Workload withLateEnv(Map<String, String> variables) {
    return new Workload(
        generation,
        spec.withLateEnv(variables),
        specHash,
        needs,
        pullPolicy,
        runtime,
        restart,
        dependencies,
        update,
        probes,
        templates,
        enforcement);
  }

  /** The same, run without what a runtime lacks. Its hash stays that of what was asked for. */
  public Workload without(Set<Capability> lacking) {
    InstanceSpec less = spec.without(lacking);
    return new Workload(
        generation,
        less,
        specHash,
        less.needs(),
        pullPolicy,
        runtime,
        restart,
        dependencies,
        update,
        probes,
        templates,
        enforcement);
  }

  /** The same, with another enforcement. */
  public Workload enforcing(Enforcement newEnforcement) {
    return new Workload(
        generation,
        spec,
        specHash,
        needs,
        pullPolicy,
        runtime,
        restart,
        dependencies,
        update,
        probes,
        templates,
        newEnforcement);
  }

  /** The same, at another generation. */
  public Workload withGeneration(long newGeneration) {
    return new Workload(
        newGeneration,
        spec,
        specHash,
        needs,
        pullPolicy,
        runtime,
        restart,
        dependencies,
        update,
        probes,
        templates,
        enforcement);
  }

  /** The same, with what a stack adds. */
  public Workload with(
      List<Dependency> newDependencies,
      UpdatePolicy newUpdate,
      Probes newProbes,
      Set<String> newTemplates) {
    return new Workload(
        generation,
        spec,
        specHash,
        needs,
        pullPolicy,
        runtime,
        restart,
        newDependencies,
        newUpdate,
        newProbes,
        newTemplates,
        enforcement);
  }

  /** Its identity: given by the feed, never used for another one. */
  public String uid() {
    return spec.uid();
  }

  /** Its name within its stack. */
  public String name() {
    return spec.workload();
  }

  /** The group that it belongs to. */
  public String stack() {
    return spec.stack();
  }
}
