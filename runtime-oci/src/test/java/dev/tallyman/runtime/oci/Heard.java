package dev.tallyman.runtime.oci;

import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a listener is told. */
final class Heard implements RuntimeListener {

  private final List<String> changes = new CopyOnWriteArrayList<>();
  private final List<RuntimeFailure> losses = new CopyOnWriteArrayList<>();

  @Override
  public void onChange(String uid) {
    changes.add(uid);
  }

  @Override
  public void onLost(RuntimeFailure cause) {
    losses.add(cause);
  }

  List<String> changes() {
    return List.copyOf(changes);
  }

  List<RuntimeFailure> losses() {
    return List.copyOf(losses);
  }

  Heard awaitLoss() {
    await("the end of the stream").atMost(Duration.ofSeconds(20)).until(() -> !losses.isEmpty());
    return this;
  }

  Heard awaitChange(String uid) {
    await("a change of " + uid).atMost(Duration.ofSeconds(20)).until(() -> changes.contains(uid));
    return this;
  }
}
