package dev.tallyman.controlplane.store;

import com.google.protobuf.MessageLite;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Instant;
import java.util.HashSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * Writes within the transaction under way on the writer's connection. The counters are kept here
 * and written once at the end.
 */
final class SqliteTransaction extends SqliteView implements Transaction {

  /** How many removed workloads are remembered. */
  static final int MAX_TOMBSTONES = 100_000;

  private final int maxTombstones;
  private final Counters before;
  private final Set<String> nodes = new HashSet<>();
  private long revision;
  private long sequence;
  private boolean removed;

  SqliteTransaction(SqlConnection sql, int maxTombstones) {
    super(sql);
    this.maxTombstones = maxTombstones;
    this.before = super.counters();
    this.revision = before.revision();
    this.sequence = before.sequence();
  }

  @Override
  public Counters counters() {
    return new Counters(revision, sequence);
  }

  @Override
  public WorkloadRow put(String node, Workload workload, Instant at) {
    ask(() ->
        sql.update(
            "INSERT INTO workloads"
                + " (uid, node, stack, name, workload, revision, sequence, created_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (uid) DO UPDATE SET workload = excluded.workload,"
                + " revision = excluded.revision, sequence = excluded.sequence",
            workload.getUid(),
            node,
            workload.getStack(),
            workload.getName(),
            workload.toByteArray(),
            nextRevision(node),
            ++sequence,
            at.toEpochMilli()));
    return workload(workload.getUid()).orElseThrow();
  }

  @Override
  public WorkloadRow markDeleted(String uid, Instant at) {
    WorkloadRow row =
        workload(uid).orElseThrow(() -> new NoSuchElementException("no workload " + uid));
    if (!row.isLive()) {
      return row;
    }
    ask(() ->
        sql.update(
            "UPDATE workloads SET deleted_at = ?, revision = ?, sequence = ? WHERE uid = ?",
            at.toEpochMilli(),
            nextRevision(row.node()),
            ++sequence,
            uid));
    return workload(uid).orElseThrow();
  }

  @Override
  public void remove(String uid, Instant at) {
    Optional<WorkloadRow> found = workload(uid);
    if (found.isEmpty()) {
      return;
    }
    WorkloadRow row = found.get();
    removed = true;
    long removedAt = row.isLive() ? nextRevision(row.node()) : row.revision();
    ask(() -> sql.update("DELETE FROM workloads WHERE uid = ?", uid));
    ask(() ->
        sql.update(
            "INSERT INTO tombstones VALUES (?, ?, ?, ?, ?, ?, ?)",
            uid,
            row.node(),
            row.workload().getStack(),
            row.workload().getName(),
            removedAt,
            ++sequence,
            row.deletedAt().orElse(at).toEpochMilli()));
  }

  @Override
  public void setStatus(String uid, Optional<WorkloadStatus> status) {
    Optional<WorkloadRow> row = workload(uid);
    if (row.isEmpty() || row.get().status().equals(status)) {
      return;
    }
    ask(() ->
        sql.update(
            "UPDATE workloads SET status = ?, sequence = ? WHERE uid = ?",
            status.map(MessageLite::toByteArray).orElse(null),
            ++sequence,
            uid));
  }

  @Override
  public void touch(String node) {
    for (String uid :
        ask(() ->
            sql.list("SELECT uid FROM workloads WHERE node = ?", row -> row.getString(1), node))) {
      ask(() -> sql.update("UPDATE workloads SET sequence = ? WHERE uid = ?", ++sequence, uid));
    }
  }

  @Override
  public void putNode(NodeRow node) {
    ask(() ->
        sql.update(
            "INSERT OR REPLACE INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            node.name(),
            node.info().toByteArray(),
            node.agentId(),
            node.state().map(MessageLite::toByteArray).orElse(null),
            node.registeredAt().toEpochMilli(),
            node.lastSeenAt().toEpochMilli(),
            node.deliveredRevision(),
            node.command().map(NodeCommand::id).orElse(null),
            node.command().map(c -> c.kind().name()).orElse(null),
            node.command().map(NodeCommand::reason).orElse(null)));
  }

  /** Writes the counters; returns what is to be told, if anything that can be seen has changed. */
  Optional<Change> finish() {
    if (counters().equals(before)) {
      return Optional.empty();
    }
    if (removed) {
      dropOldTombstones();
    }
    ask(() -> sql.update("UPDATE store SET revision = ?, sequence = ?", revision, sequence));
    return Optional.of(new Change(counters(), nodes));
  }

  private long nextRevision(String node) {
    nodes.add(node);
    return ++revision;
  }

  /** Keeps the newer half when there are too many, so that it is seldom done. */
  private void dropOldTombstones() {
    int count =
        ask(() -> sql.first("SELECT count(*) FROM tombstones", row -> row.getInt(1))).orElse(0);
    if (count <= maxTombstones) {
      return;
    }
    long last =
        ask(() ->
                sql.first(
                    "SELECT sequence FROM tombstones ORDER BY sequence LIMIT 1 OFFSET ?",
                    row -> row.getLong(1),
                    count - maxTombstones / 2 - 1))
            .orElseThrow();
    ask(() ->
        sql.update(
            "UPDATE store SET dropped_sequence = ?1, dropped_revision = max(dropped_revision,"
                + " (SELECT max(revision) FROM tombstones WHERE sequence <= ?1))",
            last));
    ask(() -> sql.update("DELETE FROM tombstones WHERE sequence <= ?", last));
  }
}
