package dev.tallyman.controlplane.store;

import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Instant;
import java.util.Optional;

/** A write under way. It sees its own changes. For the thread that it was given to. */
public interface Transaction extends View {

  /**
   * Says what should run: inserts the workload, or replaces the one with the same uid, whose
   * creation time and status stay. Takes the next revision and sequence.
   *
   * @param at creation time of a new one
   * @return the row as it now is
   */
  WorkloadRow put(String node, Workload workload, Instant at);

  /**
   * Says that a workload should not run any more; its row stays. Takes the next revision and
   * sequence. One that is marked already stays as it is.
   *
   * @throws java.util.NoSuchElementException if there is no such workload
   */
  WorkloadRow markDeleted(String uid, Instant at);

  /**
   * Removes a row and leaves a tombstone. Takes the next sequence, and the next revision unless it
   * was marked as deleted. Nothing happens if there is no such workload.
   *
   * @param at when it was deleted, unless it was marked before
   */
  void remove(String uid, Instant at);

  /**
   * Replaces what is known of a workload's state. Takes the next sequence if that is something new.
   * Nothing happens if there is no such workload.
   */
  void setStatus(String uid, Optional<WorkloadStatus> status);

  /**
   * Takes the next sequence for each row of the node: something outside the store changed how they
   * look.
   */
  void touch(String node);

  /** Inserts or replaces a node. */
  void putNode(NodeRow node);
}
