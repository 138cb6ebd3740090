package dev.tallyman.agent.report;

import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.WorkloadStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Statuses that the control plane has not acknowledged: the latest of each uid, so that its size is
 * bounded by the number of workloads however long nobody listens. Not safe for several threads.
 */
final class Outbox {

  /** Most batches that wait for their acknowledgement at a time. */
  private static final int WINDOW = 8;

  private record Batch(long sequence, Map<String, WorkloadStatus> statuses) {}

  private final Map<String, WorkloadStatus> waiting = new LinkedHashMap<>();
  private final List<Batch> sent = new ArrayList<>();
  private long lastSequence;

  /** A status that replaces the uid's former one. */
  void put(WorkloadStatus status) {
    // Put anew, so that what changes all the time does not keep others behind it.
    waiting.remove(status.uid());
    waiting.put(status.uid(), status);
  }

  /**
   * A new session: everything is to be sent, and sequences begin anew. What the board does not have
   * is gone, and is told until it is acknowledged.
   */
  void restart(Iterable<StatusBoard.Entry> board) {
    for (Batch batch : sent) {
      batch.statuses().forEach(waiting::putIfAbsent);
    }
    sent.clear();
    lastSequence = 0;
    waiting.values().removeIf(status -> status.phase() != Phase.GONE);
    board.forEach(entry -> put(entry.status()));
  }

  /** Whether a batch may be sent now. */
  boolean isReady() {
    return sent.size() < WINDOW;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }

  /** Takes statuses out to send them; they count as told once they are acknowledged. */
  List<WorkloadStatus> take(int max) {
    Map<String, WorkloadStatus> batch = new LinkedHashMap<>();
    var all = waiting.entrySet().iterator();
    while (all.hasNext() && batch.size() < max) {
      Map.Entry<String, WorkloadStatus> next = all.next();
      batch.put(next.getKey(), next.getValue());
      all.remove();
    }
    sent.add(new Batch(++lastSequence, batch));
    return List.copyOf(batch.values());
  }

  /** The sequence of the batch that was taken last. */
  long sequence() {
    return lastSequence;
  }

  /**
   * The control plane has stored all batches up to this one.
   *
   * @return how many statuses those were
   */
  int acknowledged(long sequence) {
    int count = 0;
    var batches = sent.iterator();
    while (batches.hasNext()) {
      Batch batch = batches.next();
      if (batch.sequence() <= sequence) {
        count += batch.statuses().size();
        batches.remove();
      }
    }
    return count;
  }
}
