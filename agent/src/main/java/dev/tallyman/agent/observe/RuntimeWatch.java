package dev.tallyman.agent.observe;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one runtime: says when it comes and goes, passes its hints on, looks at single instances
 * on request, and lists everything now and then.
 *
 * <p>Events come first, because a list costs an engine up to a millisecond per instance. The full
 * list is the net under them: it is made every ten seconds, or as seldom as needed to take no more
 * than a hundredth of the time.
 *
 * <p>One virtual thread per runtime runs {@link #follow}; each look has one of its own.
 */
public final class RuntimeWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RuntimeWatch.class);

  /** Between full lists when they are cheap. */
  private static final Duration LIST_GAP = Duration.ofSeconds(10);

  /** A list may take one part in so many of the time. */
  private static final int LIST_SHARE = 100;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private static final Backoff RECONNECT =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ZERO);

  private final ContainerRuntime runtime;
  private final Inbox inbox;
  private final Ticks ticks;
  private final Telemetry telemetry;
  private final Thread thread;

  /** Filled when the runtime is to be tried at once: its events broke off, or a look failed. */
  private final Semaphore doubts = new Semaphore(0);

  private volatile boolean connected;

  private RuntimeWatch(ContainerRuntime runtime, Inbox inbox, Ticks ticks, Telemetry telemetry) {
    this.runtime = runtime;
    this.inbox = inbox;
    this.ticks = ticks;
    this.telemetry = telemetry;
    this.thread = Thread.ofVirtual().name("watch " + runtime.name()).unstarted(this::follow);
  }

  /** Starts to follow a runtime. */
  public static RuntimeWatch start(
      ContainerRuntime runtime, Inbox inbox, Ticks ticks, Telemetry telemetry) {
    RuntimeWatch watch = new RuntimeWatch(runtime, inbox, ticks, telemetry);
    watch.thread.start();
    return watch;
  }

  /** Asks for the instance of a uid; see {@link Looker}. */
  public void look(String uid) {
    Thread.ofVirtual().name("look " + uid).start(() -> lookNow(uid));
  }

  /** Stops following. The runtime itself stays open. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void lookNow(String uid) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        long asOf = ticks.next();
        Optional<Instance> instance = runtime.find(uid);
        inbox.post(new Message.Seen(runtime.name(), uid, instance, asOf));
        return;
      } catch (RuntimeFailure failure) {
        // Away: it is listed when it is back, which answers this look as well.
        doubts.release();
        if (!connected) {
          return;
        }
        log.debug("Looking at {} failed and is tried again", uid, failure);
        if (!pause(LOOK_AGAIN)) {
          return;
        }
      }
    }
  }

  private void follow() {
    int failures = 0;
    try {
      while (true) {
        try {
          inbox.post(new Message.RuntimeUp(runtime.name(), runtime.info()));
          followEvents();
          log.info("Runtime {} answers, but its events broke off", runtime.name());
        } catch (RuntimeFailure.Cancelled _) {
          return;
        } catch (RuntimeFailure failure) {
          failures = connected ? 0 : failures;
          if (failures == 0) {
            log.warn("Runtime {} does not answer: {}", runtime.name(), message(failure));
          }
          failures++;
          connected = false;
          inbox.post(new Message.RuntimeDown(runtime.name(), message(failure)));
        }
        Thread.sleep(RECONNECT.delay(Math.max(1, failures), runtime.name().hashCode()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the events broke off although the runtime answers. */
  private void followEvents() throws InterruptedException {
    doubts.drainPermits();
    Hints hints = new Hints();
    try (Subscription _ = runtime.watch(hints)) {
      while (!hints.lost) {
        Duration cost = listOrPing();
        if (!connected) {
          log.info("Runtime {} answers", runtime.name());
          connected = true;
        }
        Duration rest = cost.multipliedBy(LIST_SHARE);
        Duration gap = rest.compareTo(LIST_GAP) < 0 ? LIST_GAP : rest;
        if (doubts.tryAcquire(gap.toNanos(), TimeUnit.NANOSECONDS)) {
          doubts.drainPermits();
          runtime.ping();
        }
      }
    }
  }

  /** A list that fails for a reason of its own, while the engine answers, is made again later. */
  private Duration listOrPing() {
    try {
      return list();
    } catch (RuntimeFailure.Internal failure) {
      if (!connected) {
        throw failure;
      }
      log.warn(
          "Runtime {} could not list its instances; it is asked again: {}",
          runtime.name(),
          message(failure));
      runtime.ping();
      return Duration.ZERO;
    }
  }

  private Duration list() {
    long began = System.nanoTime();
    long asOf = ticks.next();
    List<Instance> instances = runtime.list();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    inbox.post(new Message.Listed(runtime.name(), instances, asOf));
    telemetry.listed(runtime.name(), instances.size(), took);
    return took;
  }

  private final class Hints implements RuntimeListener {
    private volatile boolean lost;

    @Override
    public void onChange(String uid) {
      changed(uid, Message.Change.ANY);
    }

    @Override
    public void onStart(String uid) {
      changed(uid, Message.Change.STARTED);
    }

    private void changed(String uid, Message.Change change) {
      inbox.post(new Message.Changed(runtime.name(), uid, change, System.nanoTime()));
    }

    @Override
    public void onLost(RuntimeFailure cause) {
      lost = true;
      doubts.release();
    }
  }

  private static boolean pause(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String message(RuntimeFailure failure) {
    return Optional.ofNullable(failure.getMessage()).orElse(failure.getClass().getSimpleName());
  }
}
