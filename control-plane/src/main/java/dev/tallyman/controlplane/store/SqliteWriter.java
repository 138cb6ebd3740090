package dev.tallyman.controlplane.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes.
 *
 * <p>Synchronising the disk is what a write costs, so the thread takes all writes that wait and
 * commits them together: ten nodes that report at once pay for one synchronisation. Each is still
 * all or nothing on its own, by a savepoint, and is answered only after the common commit. If that
 * commit fails, all of them fail. The queue holds at most one write for each calling thread.
 */
final class SqliteWriter {

  private static final Logger log = LoggerFactory.getLogger(SqliteWriter.class);
  private static final int MAX_BATCH = 64;

  private final SqlConnection sql;
  private final String file;
  private final int maxTombstones;
  private final Consumer<Change> listener;
  private final BlockingQueue<Write<?>> queue = new LinkedBlockingQueue<>();
  private final Write<Boolean> end = new Write<>(_ -> true);
  private final Thread thread;
  private volatile boolean closed;

  SqliteWriter(SqlConnection sql, String file, int maxTombstones, Consumer<Change> listener) {
    this.sql = sql;
    this.file = file;
    this.maxTombstones = maxTombstones;
    this.listener = listener;
    // Not a virtual thread: SQLite blocks in native code.
    this.thread = Thread.ofPlatform().name("store-writer").daemon().start(this::run);
  }

  <T> T write(Function<Transaction, T> work) {
    Write<T> write = new Write<>(work);
    queue.add(write);
    if (closed) {
      // It may have come after the last look into the queue.
      failRest();
    }
    try {
      return write.answer.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    } catch (CancellationException e) {
      throw new StoreException(file + ": closed", e);
    }
  }

  void close() {
    queue.add(end);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Write<?>> batch = new ArrayList<>();
    do {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException _) {
        // Nobody interrupts this thread; closing is a message.
        continue;
      }
      queue.drainTo(batch, MAX_BATCH - 1);
      List<Change> changes = commit(batch);
      changes.forEach(this::tell);
    } while (!batch.contains(end));
    closed = true;
    failRest();
    try {
      sql.close();
    } catch (SQLException e) {
      log.warn("{}: cannot be closed: {}", file, e.getMessage());
    }
  }

  private List<Change> commit(List<Write<?>> batch) {
    List<Change> changes = new ArrayList<>();
    try {
      for (Write<?> write : batch) {
        write.runIn(sql, maxTombstones).ifPresent(changes::add);
      }
      sql.commit();
      batch.forEach(Write::succeed);
      return changes;
    } catch (SQLException e) {
      fail(batch, e);
    } catch (SqliteView.SqlFailure e) {
      fail(batch, e.failure());
    }
    return List.of();
  }

  private void fail(List<Write<?>> batch, SQLException e) {
    StoreException failure = SqliteStore.failure(file, "cannot be written", e);
    log.error("{}; {} writes were refused", failure.getMessage(), batch.size());
    try {
      sql.rollback();
    } catch (SQLException rollback) {
      failure.addSuppressed(rollback);
    }
    batch.forEach(write -> write.fail(failure));
  }

  private void tell(Change change) {
    try {
      listener.accept(change);
    } catch (RuntimeException e) {
      log.error("a listener failed on {}; it may have missed the change", change, e);
    }
  }

  private void failRest() {
    List<Write<?>> rest = new ArrayList<>();
    queue.drainTo(rest);
    rest.forEach(write -> write.answer.cancel(false));
  }

  /** A write that waits, runs or has run. */
  private static final class Write<T> {
    private final Function<Transaction, T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable Throwable refusal;

    Write(Function<Transaction, T> work) {
      this.work = work;
    }

    // What the caller's work throws, an error too, is the caller's, and must not end this thread.
    Optional<Change> runIn(SqlConnection sql, int maxTombstones) throws SQLException {
      sql.execute("SAVEPOINT one_write");
      try {
        SqliteTransaction transaction = new SqliteTransaction(sql, maxTombstones);
        result = work.apply(transaction);
        Optional<Change> change = transaction.finish();
        sql.execute("RELEASE one_write");
        return change;
      } catch (SqliteView.SqlFailure e) {
        throw e;
      } catch (RuntimeException | Error e) {
        refusal = e;
        sql.execute("ROLLBACK TO one_write");
        sql.execute("RELEASE one_write");
        return Optional.empty();
      }
    }

    void succeed() {
      if (refusal != null) {
        answer.completeExceptionally(refusal);
      } else {
        answer.complete(result);
      }
    }

    void fail(Throwable failure) {
      answer.completeExceptionally(refusal == null ? failure : refusal);
    }
  }
}
