package dev.tallyman.bench.inprocess;

import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes that were sent and have not been reported as running. A change that is overtaken by the
 * next one of its workload is shed: the agent need not carry it out, and it is counted. Safe for
 * any threads.
 */
public final class Ledger {

  private static final double NANOS_PER_MILLI = 1e6;

  private record Sent(long generation, long nanos) {}

  private final Map<String, Sent> waiting = new HashMap<>();
  private List<Double> latencies = new ArrayList<>();
  private long overtaken;
  private long statuses;

  /** A change was sent. */
  public synchronized void sent(String uid, long generation) {
    if (waiting.put(uid, new Sent(generation, System.nanoTime())) != null) {
      overtaken++;
    }
  }

  /** A status has come. */
  public synchronized void reported(WorkloadStatus status) {
    statuses++;
    Optional<Sent> sent = Optional.ofNullable(waiting.get(status.getUid()));
    if (status.getPhase() == Phase.PHASE_RUNNING
        && sent.filter(s -> s.generation() <= status.getGeneration()).isPresent()) {
      waiting.remove(status.getUid());
      latencies.add((System.nanoTime() - sent.get().nanos()) / NANOS_PER_MILLI);
    }
  }

  /** How many changes have not been reported as running. */
  public synchronized int waiting() {
    return waiting.size();
  }

  /** Milliseconds from a change to its report, of those reported since the last call. */
  public synchronized List<Double> takeLatencies() {
    List<Double> taken = latencies;
    latencies = new ArrayList<>();
    return taken;
  }

  /** How many changes were overtaken by a later one of the same workload. */
  public synchronized long overtaken() {
    return overtaken;
  }

  /** How many statuses have come. */
  public synchronized long statuses() {
    return statuses;
  }
}
