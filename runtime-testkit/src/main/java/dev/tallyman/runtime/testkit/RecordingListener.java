package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is told, and whether it was told as promised. Any thread may ask. */
final class RecordingListener implements RuntimeListener {

  private final List<String> changed = new CopyOnWriteArrayList<>();
  private final List<RuntimeFailure> lost = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicBoolean overlapped = new AtomicBoolean();
  private final AtomicBoolean toldAfterLoss = new AtomicBoolean();

  @Override
  public void onChange(String uid) {
    enter();
    changed.add(uid);
    inside.decrementAndGet();
  }

  @Override
  public void onLost(RuntimeFailure cause) {
    enter();
    lost.add(cause);
    inside.decrementAndGet();
  }

  private void enter() {
    if (inside.incrementAndGet() > 1) {
      overlapped.set(true);
    }
    if (!lost.isEmpty()) {
      toldAfterLoss.set(true);
    }
  }

  List<String> changed() {
    return changed;
  }

  void forget() {
    changed.clear();
  }

  List<RuntimeFailure> lost() {
    return lost;
  }

  /** Whether two threads ever called at once, or anything was told after the loss. */
  boolean brokeItsPromises() {
    return overlapped.get() || toldAfterLoss.get();
  }
}
