package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.plan.RuntimeView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the loop knows of its own node. The Reconciler writes; any thread reads, or waits for a
 * change.
 */
public final class NodeBoard {

  /**
   * The node at one moment.
   *
   * @param version counts up with every change
   * @param conditions one of each type
   * @param runtimes in the order in which they are preferred
   * @param feeds how each feed is
   * @param pass whether the first complete pass is done
   */
  public record View(
      long version,
      List<NodeCondition> conditions,
      List<RuntimeView> runtimes,
      List<FeedView> feeds,
      FirstPass pass) {
    public View {
      conditions = List.copyOf(conditions);
      runtimes = List.copyOf(runtimes);
      feeds = List.copyOf(feeds);
    }
  }

  /** Whether the loop has once seen everything: each runtime that answers, and desired state. */
  public enum FirstPass {
    AWAITED,
    DONE
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private View view = new View(0, List.of(), List.of(), List.of(), FirstPass.AWAITED);

  /** The node as it is now. */
  public View now() {
    lock.lock();
    try {
      return view;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the node is not as the caller knows it.
   *
   * @param known {@link View#version()} that the caller has
   * @return the node; still the known version when nothing changed in time
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public View awaitChange(long known, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (view.version() == known && left > 0) {
        left = changed.awaitNanos(left);
      }
      return view;
    } finally {
      lock.unlock();
    }
  }

  void publish(
      List<NodeCondition> conditions,
      List<RuntimeView> runtimes,
      List<FeedView> feeds,
      FirstPass pass) {
    lock.lock();
    try {
      View next = new View(view.version() + 1, conditions, runtimes, feeds, pass);
      if (!next.equals(
          new View(
              next.version(), view.conditions(), view.runtimes(), view.feeds(), view.pass()))) {
        view = next;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
