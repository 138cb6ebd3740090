package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.InstanceSpec;
import java.util.Optional;

/**
 * A workload that can be run as it is: every rule of the wire contract has been checked.
 *
 * @param generation rises with every change of the spec; statuses name it
 * @param spec what an engine must know, identity included
 * @param specHash {@link InstanceSpec#specHash()}, computed once
 * @param pullPolicy when its image is fetched
 * @param runtime the runtime that must run it; empty for any that can
 * @param restart what happens when it ends
 */
public record Workload(
    long generation,
    InstanceSpec spec,
    String specHash,
    PullPolicy pullPolicy,
    Optional<String> runtime,
    RestartPolicy restart) {
  public Workload {
    requireNonNull(spec, "spec");
    requireNonNull(specHash, "specHash");
    requireNonNull(pullPolicy, "pullPolicy");
    requireNonNull(runtime, "runtime");
    requireNonNull(restart, "restart");
  }

  /** A workload whose hash is computed from its spec. */
  public static Workload of(
      long generation,
      InstanceSpec spec,
      PullPolicy pullPolicy,
      Optional<String> runtime,
      RestartPolicy restart) {
    return new Workload(generation, spec, spec.specHash(), pullPolicy, runtime, restart);
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
