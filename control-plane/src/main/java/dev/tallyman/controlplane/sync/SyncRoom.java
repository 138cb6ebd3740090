package dev.tallyman.controlplane.sync;

import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all streams share.
 *
 * @param store of desired state and statuses
 * @param live leases
 * @param streams those that are open
 * @param clock dates what is stored
 * @param executor runs short work that may block
 * @param timer for what is to happen later; its work must not block
 * @param helloTimeout how long a stream may last without a hello
 * @param version of this control plane, as nodes are told
 */
public record SyncRoom(
    Store store,
    LiveNodes live,
    NodeStreams streams,
    InstantSource clock,
    Executor executor,
    ScheduledExecutorService timer,
    Duration helloTimeout,
    String version) {

  /** Time for a hello in normal life. */
  public static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);
}
