package dev.tallyman.runtime;

/** A subscription to events that can be ended. */
public interface Subscription extends AutoCloseable {

  /**
   * Ends the subscription. The listener is not called after this returned; a second call is fine.
   */
  @Override
  void close();
}
