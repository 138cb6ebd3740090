package dev.tallyman.agent.feed;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.proto.v1.Hello;
import dev.tallyman.proto.v1.NodeInfo;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node connected to its control plane: one session after the other, with a growing wait
 * between them. Without a connection the node goes on with what it holds.
 *
 * <p>A reason for being without one is logged when it changes, not at each try; the feed's view in
 * the inbox has it all the time. Safe for any threads.
 */
public final class ControlPlaneFeed implements Uplink, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlPlaneFeed.class);

  private static final Duration RELEASE_GRACE = Duration.ofMillis(200);

  private final FeedConfig config;
  private final Supplier<NodeInfo> node;
  private final String agentId;
  private final Telemetry telemetry;
  private final RandomGenerator random;
  private final LongSupplier nanos;
  private final FeedReceiver receiver;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<Session> session = Optional.empty();
  private Optional<Session> welcomed = Optional.empty();
  private boolean hurried;
  private boolean closing;

  // The thread's own.
  private Optional<String> lastTrouble = Optional.empty();

  /**
   * Starts to connect.
   *
   * @param node the node as it is to introduce itself; asked at each connection
   * @param agentId identity of this agent's state directory
   * @param held the desired state that the loop was given from disk
   * @param nanos a clock like {@link System#nanoTime()}
   */
  public static ControlPlaneFeed start(
      FeedConfig config,
      Inbox inbox,
      Telemetry telemetry,
      Supplier<NodeInfo> node,
      String agentId,
      Held held,
      RandomGenerator random,
      LongSupplier nanos) {
    ControlPlaneFeed feed =
        new ControlPlaneFeed(config, inbox, telemetry, node, agentId, held, random, nanos);
    feed.receiver.connecting();
    feed.thread.start();
    return feed;
  }

  private ControlPlaneFeed(
      FeedConfig config,
      Inbox inbox,
      Telemetry telemetry,
      Supplier<NodeInfo> node,
      String agentId,
      Held held,
      RandomGenerator random,
      LongSupplier nanos) {
    this.config = config;
    this.node = node;
    this.agentId = agentId;
    this.telemetry = telemetry;
    this.random = random;
    this.nanos = nanos;
    this.receiver = new FeedReceiver(config, inbox, telemetry, held, this::welcomed);
    this.thread = Thread.ofVirtual().name("feed-" + config.name()).unstarted(this::run);
  }

  @Override
  public Line await(Optional<Line> last) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Optional<Session> line =
            welcomed.filter(s -> s.isOpen() && last.filter(s::equals).isEmpty());
        if (line.isPresent()) {
          return line.get();
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes an operator's word: the store is to be believed, whatever its revision.
   *
   * @return empty when that was noted, else why not: it is not the one that is offered and refused
   *     now
   */
  public Optional<String> accept(String storeId) {
    Optional<String> problem = receiver.accept(storeId);
    if (problem.isEmpty()) {
      log.warn(
          "Feed {}: an operator has accepted store {}; its desired state replaces what is held",
          config.name(),
          storeId);
      lock.lock();
      try {
        hurried = true;
        session.ifPresent(s -> s.finish(new SessionEnd.Renewed()));
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
    return problem;
  }

  /** Ends the connection in good order. Waits for that, at most a second. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      session.ifPresent(s -> s.finish(new SessionEnd.Closed()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      var _ = thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      int failures = 0;
      while (!isClosing()) {
        long began = nanos.getAsLong();
        SessionEnd end = hold();
        Duration lasted = Duration.ofNanos(nanos.getAsLong() - began);
        Optional<String> trouble = Troubles.sentence(config.channel().endpoint(), end);
        tell(trouble, Troubles.kind(end));
        if (trouble.isPresent()) {
          boolean lastedLong = lasted.compareTo(config.reconnect().resetAfter()) >= 0;
          failures = lastedLong ? 1 : failures + 1;
          pause(config.reconnect().delay(failures, random.nextLong()));
        } else {
          failures = 0;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One session, from its begin to its end. */
  private SessionEnd hold() throws InterruptedException {
    Session opened;
    try {
      opened = open();
    } catch (TransportException e) {
      return new SessionEnd.ByUs(String.valueOf(e.getMessage()));
    } catch (RuntimeException defect) {
      // This thread must not end: nobody else connects the node.
      log.error("Feed {}: a defect kept it from connecting", config.name(), defect);
      return new SessionEnd.ByUs("a defect of this agent kept it from connecting");
    }
    try {
      if (!opened.endsWithin(config.patience()) && !isWelcomed(opened)) {
        opened.finish(
            new SessionEnd.ByUs(
                "no welcome within " + Troubles.text(config.patience()) + " after hello"));
      }
      return opened.awaitEnd();
    } finally {
      release(opened);
    }
  }

  private Session open() {
    lock.lock();
    try {
      hurried = false;
    } finally {
      lock.unlock();
    }
    // Outside of the lock: the hello asks others, who have locks of their own.
    Session opened =
        Session.open(Channels.open(config.channel()), hello(), receiver.renewed(), nanos);
    lock.lock();
    try {
      session = Optional.of(opened);
      if (closing) {
        opened.finish(new SessionEnd.Closed());
      } else if (hurried) {
        opened.finish(new SessionEnd.Renewed());
      }
      return opened;
    } finally {
      lock.unlock();
    }
  }

  private void release(Session ended) {
    lock.lock();
    try {
      if (welcomed.filter(ended::equals).isPresent()) {
        lastTrouble = Optional.empty();
      }
      session = Optional.empty();
      welcomed = Optional.empty();
    } finally {
      lock.unlock();
    }
    ended.release(RELEASE_GRACE);
  }

  private Hello hello() {
    Held held = receiver.heldForHello();
    return Hello.newBuilder()
        .setNode(node.get())
        .setAgentId(agentId)
        .setStoreId(held.storeId())
        .setRevision(held.revision())
        .build();
  }

  /** The control plane has answered. Called on gRPC's thread. */
  private void welcomed(Session by, Duration lease) {
    lock.lock();
    try {
      if (!by.isOpen()) {
        return;
      }
      welcomed = Optional.of(by);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Heartbeat.start(by, lease);
    telemetry.feedConnected(config.name());
    log.info(
        "Feed {}: connected to {}; the lease lasts {}",
        config.name(),
        config.channel().endpoint(),
        Troubles.text(lease));
  }

  private boolean isWelcomed(Session by) {
    lock.lock();
    try {
      return welcomed.filter(by::equals).isPresent();
    } finally {
      lock.unlock();
    }
  }

  private void tell(Optional<String> trouble, Optional<String> kind) {
    if (trouble.isPresent()) {
      telemetry.feedLost(config.name());
    }
    trouble
        .filter(_ -> !kind.equals(lastTrouble))
        .ifPresent(now ->
            log.warn(
                "Feed {}: {} The node goes on with what it has, and tries again for as long as"
                    + " it takes",
                config.name(),
                Troubles.ended(now)));
    lastTrouble = kind;
    receiver.disconnected(trouble.orElse("connecting"));
  }

  private void pause(Duration wait) throws InterruptedException {
    long left = wait.toNanos();
    lock.lockInterruptibly();
    try {
      while (!closing && !hurried && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }
}
