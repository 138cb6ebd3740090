package dev.tallyman.controlplane.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;

/**
 * The embedded store: one SQLite file with a write-ahead log that is synchronised at each commit.
 *
 * <p>One thread writes ({@link SqliteWriter}); readers share a connection of their own, which sees
 * what was committed and never waits for the writer. The file's folder is locked, so that no second
 * process opens it.
 */
public final class SqliteStore implements Store {

  private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);
  private static final int BUSY_TIMEOUT_MILLIS = 5_000;

  private final StoreFolder folder;
  private final SqlConnection reader;
  private final ReentrantLock reading = new ReentrantLock();
  private final SqliteWriter writer;
  private final String id;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private SqliteStore(
      StoreFolder folder,
      SqlConnection reader,
      SqlConnection writer,
      String id,
      int maxTombstones) {
    this.folder = folder;
    this.reader = reader;
    this.id = id;
    this.writer = new SqliteWriter(writer, folder.database().toString(), maxTombstones, this::tell);
  }

  /**
   * Opens the store in a folder, or creates it.
   *
   * @param folder is created with mode 0700 if there is none
   * @param newId gives the identity of a store that is created now
   * @param clock dates the creation
   * @throws StoreException if another process has it, or the file in it is damaged, another
   *     program's or a newer version's
   */
  public static SqliteStore open(Path folder, Supplier<String> newId, InstantSource clock) {
    return open(folder, newId, clock, SqliteTransaction.MAX_TOMBSTONES);
  }

  /**
   * The same with another number of removed workloads to remember: a node that was away while more
   * were removed gets a snapshot.
   *
   * @param maxTombstones at least 2; the older half is forgotten when there are more
   */
  public static SqliteStore open(
      Path folder, Supplier<String> newId, InstantSource clock, int maxTombstones) {
    StoreFolder locked = StoreFolder.open(folder);
    String file = locked.database().toString();
    SqlConnection writer = null;
    try {
      writer = connect(locked.database());
      check(writer, file);
      SqliteSchema.migrate(writer, file, newId, clock.instant());
      writer.commit();
      String id = writer.first("SELECT id FROM store", row -> row.getString(1)).orElseThrow();
      writer.commit();
      SqliteStore store =
          new SqliteStore(locked, connect(locked.database()), writer, id, maxTombstones);
      log.info(
          "opened {}: store {} at revision {}", file, id, store.read(View::counters).revision());
      return store;
    } catch (SQLException e) {
      giveUp(locked, writer);
      throw failure(file, "cannot be opened", e);
    } catch (StoreException e) {
      giveUp(locked, writer);
      throw e;
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public <T> T read(Function<View, T> work) {
    reading.lock();
    try {
      return readLocked(work);
    } catch (SqliteView.SqlFailure e) {
      throw failure(folder.database().toString(), "cannot be read", e.failure());
    } finally {
      reading.unlock();
    }
  }

  private <T> T readLocked(Function<View, T> work) {
    try {
      return work.apply(new SqliteView(reader));
    } finally {
      SqliteView.ask(() -> {
        reader.rollback();
        return reader;
      });
    }
  }

  @Override
  public <T> T write(Function<Transaction, T> work) {
    return writer.write(work);
  }

  @Override
  public Subscription subscribe(Listener listener) {
    requireNonNull(listener, "listener");
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    writer.close();
    reading.lock();
    try {
      reader.close();
      folder.close();
    } catch (SQLException | IOException e) {
      throw new StoreException(folder.database() + ": cannot be closed: " + e.getMessage(), e);
    } finally {
      reading.unlock();
    }
  }

  private void tell(Change change) {
    listeners.forEach(listener -> listener.changed(change));
  }

  private static SqlConnection connect(Path database) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    return new SqlConnection(config.createConnection("jdbc:sqlite:" + database));
  }

  private static void check(SqlConnection sql, String file) throws SQLException {
    List<String> faults = sql.list("PRAGMA quick_check(3)", row -> row.getString(1));
    if (!faults.equals(List.of("ok"))) {
      throw new StoreException(damaged(file, String.join("; ", faults)), null);
    }
  }

  static StoreException failure(String file, String what, SQLException e) {
    String message =
        e instanceof SQLiteException sqlite
            ? switch (sqlite.getResultCode()) {
              case SQLITE_NOTADB ->
                  file
                      + ": not a database (expected: a control plane's store, or no file);"
                      + " restore it from a backup or choose another folder";
              case SQLITE_CORRUPT,
                  SQLITE_CORRUPT_INDEX,
                  SQLITE_CORRUPT_SEQUENCE,
                  SQLITE_CORRUPT_VTAB ->
                  damaged(file, String.valueOf(sqlite.getMessage()));
              case SQLITE_FULL -> file + ": the disk is full; nothing was stored, free some space";
              default -> file + ": " + what + ": " + sqlite.getMessage();
            }
            : file + ": " + what + ": " + e.getMessage();
    return new StoreException(message, e);
  }

  private static String damaged(String file, String how) {
    return file
        + ": damaged ("
        + how
        + "); restore it from a backup, or move it away to begin anew:"
        + " nodes then keep what they run and wait for an operator's word";
  }

  private static void giveUp(StoreFolder folder, @Nullable SqlConnection sql) {
    try {
      if (sql != null) {
        sql.close();
      }
      folder.close();
    } catch (SQLException | IOException e) {
      log.debug("closing {} after it could not be opened", folder.database(), e);
    }
  }
}
