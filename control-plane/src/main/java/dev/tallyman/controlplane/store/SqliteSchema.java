package dev.tallyman.controlplane.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * The tables, as a list of steps that is only ever added to. The database remembers which steps it
 * has seen; opening it runs the others, all of them or none.
 */
final class SqliteSchema {

  /** "TALY": tells our files from those of other programs. */
  static final int APPLICATION_ID = 0x54414C59;

  private static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              1,
              "workloads, tombstones and nodes",
              List.of(
                  """
                  CREATE TABLE store (
                    id TEXT NOT NULL,
                    revision INTEGER NOT NULL,
                    sequence INTEGER NOT NULL,
                    dropped_revision INTEGER NOT NULL,
                    dropped_sequence INTEGER NOT NULL
                  )
                  """,
                  """
                  CREATE TABLE workloads (
                    uid TEXT PRIMARY KEY,
                    node TEXT NOT NULL,
                    stack TEXT NOT NULL,
                    name TEXT NOT NULL,
                    workload BLOB NOT NULL,
                    revision INTEGER NOT NULL,
                    sequence INTEGER NOT NULL UNIQUE,
                    created_at INTEGER NOT NULL,
                    deleted_at INTEGER,
                    status BLOB
                  )
                  """,
                  """
                  CREATE UNIQUE INDEX live_names ON workloads (node, stack, name)
                    WHERE deleted_at IS NULL
                  """,
                  """
                  CREATE INDEX workload_names ON workloads (stack, name)
                  """,
                  """
                  CREATE INDEX node_workloads ON workloads (node, uid)
                  """,
                  """
                  CREATE INDEX node_revisions ON workloads (node, revision)
                  """,
                  """
                  CREATE TABLE tombstones (
                    uid TEXT PRIMARY KEY,
                    node TEXT NOT NULL,
                    stack TEXT NOT NULL,
                    name TEXT NOT NULL,
                    revision INTEGER NOT NULL,
                    sequence INTEGER NOT NULL UNIQUE,
                    deleted_at INTEGER NOT NULL
                  )
                  """,
                  """
                  CREATE INDEX tombstone_revisions ON tombstones (node, revision)
                  """,
                  """
                  CREATE TABLE nodes (
                    name TEXT PRIMARY KEY,
                    info BLOB NOT NULL,
                    agent_id TEXT NOT NULL,
                    state BLOB,
                    registered_at INTEGER NOT NULL,
                    last_seen_at INTEGER NOT NULL,
                    delivered_revision INTEGER NOT NULL,
                    command_id TEXT,
                    command_kind TEXT,
                    command_reason TEXT
                  )
                  """)));

  private SqliteSchema() {}

  private record Migration(int version, String description, List<String> statements) {}

  /**
   * Brings a database up to date within the transaction under way.
   *
   * @param file for messages
   * @param newId identity of a store that is created now
   * @throws StoreException if the file is another program's or a newer version's
   */
  static void migrate(SqlConnection sql, String file, Supplier<String> newId, Instant now)
      throws SQLException {
    int applicationId = pragma(sql, "application_id");
    boolean isEmpty =
        sql.first("SELECT count(*) FROM sqlite_master", row -> row.getInt(1)).orElse(0) == 0;
    if (applicationId != APPLICATION_ID && !isEmpty) {
      throw new StoreException(
          file
              + ": a database of another program (expected: a control plane's store, or no file);"
              + " choose another folder",
          null);
    }
    sql.execute("PRAGMA application_id = " + APPLICATION_ID);
    sql.execute(
        "CREATE TABLE IF NOT EXISTS migrations"
            + " (version INTEGER PRIMARY KEY, description TEXT NOT NULL, applied_at TEXT NOT NULL)");
    int seen =
        sql.first("SELECT coalesce(max(version), 0) FROM migrations", row -> row.getInt(1))
            .orElse(0);
    int newest = MIGRATIONS.getLast().version();
    if (seen > newest) {
      throw new StoreException(
          "%s: written by a newer version, schema %d (expected: at most %d); start that version"
              .formatted(file, seen, newest),
          null);
    }
    for (Migration migration : MIGRATIONS) {
      if (migration.version() > seen) {
        apply(sql, migration, now);
      }
    }
    if (sql.first("SELECT count(*) FROM store", row -> row.getInt(1)).orElse(0) == 0) {
      sql.update("INSERT INTO store VALUES (?, 0, 0, 0, 0)", newId.get());
    }
  }

  private static void apply(SqlConnection sql, Migration migration, Instant now)
      throws SQLException {
    for (String statement : migration.statements()) {
      sql.execute(statement);
    }
    sql.update(
        "INSERT INTO migrations VALUES (?, ?, ?)",
        migration.version(),
        migration.description(),
        now.toString());
  }

  private static int pragma(SqlConnection sql, String name) throws SQLException {
    return sql.first("PRAGMA " + name, row -> row.getInt(1)).orElse(0);
  }
}
