package dev.tallyman.controlplane.store;

import dev.tallyman.proto.v1.Workload;

/** What became of one workload's desired state. */
public sealed interface DesiredChange {

  /** Revision of the change. */
  long revision();

  /** It should run as given. */
  record Upsert(long revision, Workload workload) implements DesiredChange {}

  /** It should not run any more. */
  record Removed(long revision, String uid) implements DesiredChange {}
}
