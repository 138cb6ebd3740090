package dev.tallyman.controlplane.store;

import java.util.function.Function;

/**
 * Durable, transactional memory of one control plane. Safe for use by several threads.
 *
 * <p>Every method throws {@link StoreException} when the storage fails.
 */
public interface Store extends AutoCloseable {

  /**
   * Identity of this store: given when it is created, never to change. Nodes tell by it that a
   * server lost its data.
   */
  String id();

  /**
   * Reads a consistent state: all writes that have returned and nothing half done. The view must
   * not be used after the work has returned.
   *
   * @param work short: it may keep other readers waiting
   */
  <T> T read(Function<View, T> work);

  /**
   * Changes the store: all that the work does, or nothing. What has returned is durable, also
   * against a crash of the host. One write runs at a time.
   *
   * @param work short. What it throws is thrown here and leaves the store as it was. It may be
   *     called on another thread
   */
  <T> T write(Function<Transaction, T> work);

  /**
   * Calls the listener after each write that changed something, in their order. It is called on the
   * store's thread and must not block nor throw.
   */
  Subscription subscribe(Listener listener);

  /** Waits for writes under way and closes. Later calls fail. */
  @Override
  void close();

  /** Hears of changes. */
  interface Listener {
    void changed(Change change);
  }

  /** Ends a subscription. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
