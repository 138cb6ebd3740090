package dev.tallyman.controlplane.store;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.proto.v1.NodeState;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads within the transaction under way on a connection. */
class SqliteView implements View {

  private static final String COLUMNS =
      "uid, node, workload, revision, sequence, created_at, deleted_at, status";

  final SqlConnection sql;

  SqliteView(SqlConnection sql) {
    this.sql = sql;
  }

  @Override
  public Counters counters() {
    return ask(() ->
            sql.first(
                "SELECT revision, sequence FROM store",
                row -> new Counters(row.getLong(1), row.getLong(2))))
        .orElseThrow();
  }

  @Override
  public Optional<WorkloadRow> workload(String uid) {
    return ask(() ->
        sql.first(
            "SELECT " + COLUMNS + " FROM workloads WHERE uid = ?", SqliteView::workloadRow, uid));
  }

  @Override
  public Optional<WorkloadRow> liveWorkload(String node, String stack, String name) {
    return ask(() ->
        sql.first(
            "SELECT "
                + COLUMNS
                + " FROM workloads"
                + " WHERE node = ? AND stack = ? AND name = ? AND deleted_at IS NULL",
            SqliteView::workloadRow,
            node,
            stack,
            name));
  }

  @Override
  public List<WorkloadRow> namesakes(String stack, String name) {
    return ask(() ->
        sql.list(
            "SELECT " + COLUMNS + " FROM workloads WHERE stack = ? AND name = ? ORDER BY revision",
            SqliteView::workloadRow,
            stack,
            name));
  }

  @Override
  public boolean isRetired(String uid) {
    return ask(() -> sql.first("SELECT 1 FROM tombstones WHERE uid = ?", row -> true, uid))
        .isPresent();
  }

  @Override
  public Page<WorkloadRow> workloads(WorkloadFilter filter, String afterUid, Page.Bounds bounds) {
    return page(
        bounds,
        SqliteView::workloadRow,
        "SELECT "
            + COLUMNS
            + " FROM workloads WHERE uid > ?1"
            + condition(filter)
            + " ORDER BY uid LIMIT ?4",
        afterUid,
        filter.node(),
        filter.stack(),
        bounds.items() + 1);
  }

  @Override
  public Page<WorkloadRow> desired(String node, String afterUid, Page.Bounds bounds) {
    return page(
        bounds,
        SqliteView::workloadRow,
        "SELECT "
            + COLUMNS
            + " FROM workloads WHERE node = ? AND uid > ? AND deleted_at IS NULL"
            + " ORDER BY uid LIMIT ?",
        node,
        afterUid,
        bounds.items() + 1);
  }

  @Override
  public boolean reachesRevision(long revision) {
    return reaches("revision", revision);
  }

  @Override
  public boolean reachesSequence(long sequence) {
    return reaches("sequence", sequence);
  }

  private boolean reaches(String counter, long value) {
    return ask(() ->
            sql.first(
                "SELECT 1 FROM store WHERE dropped_%1$s <= ?1 AND ?1 <= %1$s".formatted(counter),
                row -> true,
                value))
        .isPresent();
  }

  @Override
  public Page<DesiredChange> desiredSince(String node, long revision, Page.Bounds bounds) {
    return page(
        bounds,
        row ->
            row.getBytes("workload") == null
                ? new DesiredChange.Removed(row.getLong("revision"), row.getString("uid"))
                : new DesiredChange.Upsert(
                    row.getLong("revision"), parse(Workload.parser(), row.getBytes("workload"))),
        "SELECT revision, uid, CASE WHEN deleted_at IS NULL THEN workload END AS workload"
            + " FROM workloads WHERE node = ?1 AND revision > ?2"
            + " UNION ALL SELECT revision, uid, NULL"
            + " FROM tombstones WHERE node = ?1 AND revision > ?2"
            + " ORDER BY revision LIMIT ?3",
        node,
        revision,
        bounds.items() + 1);
  }

  @Override
  public Page<RowChange> changesSince(WorkloadFilter filter, long sequence, Page.Bounds bounds) {
    return page(
        bounds,
        row ->
            row.getBytes("workload") == null
                ? new RowChange.Gone(
                    row.getLong("sequence"),
                    row.getString("uid"),
                    row.getString("node"),
                    row.getString("stack"),
                    row.getString("name"),
                    instant(row, "deleted_at"))
                : new RowChange.Present(workloadRow(row)),
        "SELECT "
            + COLUMNS
            + ", stack, name FROM workloads WHERE sequence > ?1"
            + condition(filter)
            + " UNION ALL SELECT uid, node, NULL, revision, sequence, 0, deleted_at, NULL,"
            + " stack, name FROM tombstones WHERE sequence > ?1"
            + condition(filter)
            + " ORDER BY sequence LIMIT ?4",
        sequence,
        filter.node(),
        filter.stack(),
        bounds.items() + 1);
  }

  @Override
  public Optional<NodeRow> node(String name) {
    return ask(() -> sql.first("SELECT * FROM nodes WHERE name = ?", SqliteView::nodeRow, name));
  }

  @Override
  public List<NodeRow> nodes() {
    return ask(() -> sql.list("SELECT * FROM nodes ORDER BY name", SqliteView::nodeRow));
  }

  /** Needs the node as parameter 2 and the stack as parameter 3. */
  private static String condition(WorkloadFilter filter) {
    // Parameters that are not compared are still named, as SQLite counts them.
    return (filter.node().isEmpty() ? " AND ?2 = ''" : " AND node = ?2")
        + (filter.stack().isEmpty() ? " AND ?3 = ''" : " AND stack = ?3");
  }

  private <T> Page<T> page(
      Page.Bounds bounds,
      SqlConnection.RowReader<T> reader,
      String query,
      @Nullable Object... parameters) {
    List<T> items = new ArrayList<>();
    boolean[] cut = {false};
    int[] bytes = {0};
    ask(() -> {
      sql.forEach(
          query,
          row -> {
            if (items.size() == bounds.items() || bytes[0] >= bounds.bytes()) {
              cut[0] = true;
              return false;
            }
            byte[] workload = row.getBytes("workload");
            bytes[0] += workload == null ? 0 : workload.length;
            items.add(reader.read(row));
            return true;
          },
          parameters);
      return items;
    });
    return new Page<>(items, !cut[0]);
  }

  private static WorkloadRow workloadRow(ResultSet row) throws SQLException {
    byte[] status = row.getBytes("status");
    return new WorkloadRow(
        row.getString("node"),
        parse(Workload.parser(), row.getBytes("workload")),
        row.getLong("revision"),
        row.getLong("sequence"),
        instant(row, "created_at"),
        row.getObject("deleted_at") == null
            ? Optional.empty()
            : Optional.of(instant(row, "deleted_at")),
        status == null ? Optional.empty() : Optional.of(parse(WorkloadStatus.parser(), status)));
  }

  private static NodeRow nodeRow(ResultSet row) throws SQLException {
    byte[] state = row.getBytes("state");
    String command = row.getString("command_id");
    return new NodeRow(
        parse(NodeInfo.parser(), row.getBytes("info")),
        row.getString("agent_id"),
        state == null ? Optional.empty() : Optional.of(parse(NodeState.parser(), state)),
        instant(row, "registered_at"),
        instant(row, "last_seen_at"),
        row.getLong("delivered_revision"),
        command == null
            ? Optional.empty()
            : Optional.of(
                new NodeCommand(
                    command,
                    NodeCommand.Kind.valueOf(row.getString("command_kind")),
                    row.getString("command_reason"))));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  private static <M> M parse(Parser<M> parser, byte[] bytes) throws SQLException {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("a stored message cannot be read: " + e.getMessage(), e);
    }
  }

  /** A question to the database. */
  interface Question<T> {
    T ask() throws SQLException;
  }

  static <T> T ask(Question<T> question) {
    try {
      return question.ask();
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /** Carries the failure through code that knows no SQL; {@link SqliteStore} unpacks it. */
  static final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final SQLException failure;

    SqlFailure(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    SQLException failure() {
      return failure;
    }
  }
}
