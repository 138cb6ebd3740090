package dev.tallyman.controlplane.store;

import java.time.Instant;

/** What became of one row. */
public sealed interface RowChange {

  /** Sequence of the change. */
  long sequence();

  /** It is as given. */
  record Present(WorkloadRow row) implements RowChange {
    @Override
    public long sequence() {
      return row.sequence();
    }
  }

  /** It is gone; this much is still known of it. */
  record Gone(long sequence, String uid, String node, String stack, String name, Instant deletedAt)
      implements RowChange {}
}
