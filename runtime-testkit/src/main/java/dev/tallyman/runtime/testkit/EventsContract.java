package dev.tallyman.runtime.testkit;

import static dev.tallyman.runtime.testkit.ContractRun.assertRunning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Subscription;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Events: told after {@code watch} returned, about our node only, until the end. */
interface EventsContract extends ContractPart {

  @Test
  default void everyStepOfAnInstancesLifeIsTold() {
    RecordingListener listener = new RecordingListener();
    try (Subscription _ = run().runtime().watch(listener)) {
      InstanceSpec spec = run().runsForever();
      String uid = spec.uid();

      var _ = run().runtime().launch(spec);
      awaitTold(listener, uid, "launch");
      quiesce(listener);

      var _ = run().runtime().stop(uid, Duration.ZERO);
      awaitTold(listener, uid, "stop");
      quiesce(listener);

      var _ = run().runtime().start(uid);
      awaitTold(listener, uid, "start");
      quiesce(listener);

      run().runtime().remove(uid);
      awaitTold(listener, uid, "remove");
      assertThat(listener.lost()).isEmpty();
      assertThat(listener.brokeItsPromises()).isFalse();
    }
  }

  @Test
  default void anEndThatNobodyAskedForIsTold() {
    InstanceSpec spec = run().spec(new Program.EndsAfter(Duration.ofSeconds(3), 0)).build();
    RecordingListener listener = new RecordingListener();
    try (Subscription _ = run().runtime().watch(listener)) {
      var _ = run().runtime().launch(spec);
      awaitTold(listener, spec.uid(), "launch");
      quiesce(listener);
      assertRunning(run().runtime().find(spec.uid()).orElseThrow());

      awaitTold(listener, spec.uid(), "the end");
      var _ = run().awaitExit(spec.uid());
    }
  }

  @Test
  default void aChangeRightAfterTheSubscriptionIsTold() {
    for (int round = 0; round < 5; round++) {
      InstanceSpec spec = run().runsForever();
      RecordingListener listener = new RecordingListener();
      try (Subscription _ = run().runtime().watch(listener)) {
        run().fixture().abandonLaunch(run().node(), spec);

        awaitTold(listener, spec.uid(), "creation");
      }
    }
  }

  @Test
  default void aStrangersDeedsAreToldToo() {
    Instance running = run().runtime().launch(run().runsForever());
    ContainerRuntime other = run().connect(run().fixture().deadlines());
    RecordingListener listener = new RecordingListener();
    try (Subscription _ = run().runtime().watch(listener)) {
      quiesce(listener);

      other.remove(running.uid());

      awaitTold(listener, running.uid(), "removal by another client");
    }
  }

  @Test
  default void otherNodesAreNotTalkedAbout() {
    RecordingListener listener = new RecordingListener();
    try (Subscription _ = run().runtime().watch(listener)) {
      InstanceSpec theirs = run().runsForever();
      InstanceSpec ours = run().runsForever();
      var _ = run().otherRuntime().launch(theirs);
      run().otherRuntime().remove(theirs.uid());
      var _ = run().addForeign("foreign-" + theirs.uid(), Map.of());
      var _ = run().runtime().launch(ours);

      awaitTold(listener, ours.uid(), "launch");
      assertThat(listener.changed()).containsOnly(ours.uid());
    }
  }

  @Test
  default void everySubscriberIsTold() {
    RecordingListener first = new RecordingListener();
    RecordingListener second = new RecordingListener();
    try (Subscription _ = run().runtime().watch(first);
        Subscription _ = run().runtime().watch(second)) {
      InstanceSpec spec = run().runsForever();
      var _ = run().runtime().launch(spec);

      awaitTold(first, spec.uid(), "launch, to the first");
      awaitTold(second, spec.uid(), "launch, to the second");
    }
  }

  @Test
  default void nothingIsToldAfterTheSubscriptionWasClosed() {
    RecordingListener closed = new RecordingListener();
    Subscription subscription = run().runtime().watch(closed);
    // What is on its way when the subscription is closed must not arrive either.
    var _ = run().runtime().launch(run().runsForever());
    subscription.close();
    subscription.close();
    int told = closed.changed().size();

    RecordingListener open = new RecordingListener();
    try (Subscription _ = run().runtime().watch(open)) {
      InstanceSpec spec = run().runsForever();
      var _ = run().runtime().launch(spec);
      awaitTold(open, spec.uid(), "launch");
    }
    run().runtime().close();

    assertThat(closed.changed()).hasSize(told);
    assertThat(closed.lost()).isEmpty();
  }

  @Test
  default void closingTheRuntimeEndsItsSubscriptionsOnce() {
    RecordingListener listener = new RecordingListener();
    Subscription subscription = run().runtime().watch(listener);

    run().runtime().close();

    run().awaiting("the loss to be told").until(() -> !listener.lost().isEmpty());
    subscription.close();
    assertThat(listener.lost()).hasSize(1);
    assertThat(listener.brokeItsPromises()).isFalse();
  }

  private void awaitTold(RecordingListener listener, String uid, String deed) {
    run().awaiting("event of " + deed).until(() -> listener.changed().contains(uid));
  }

  /**
   * Waits until what has happened was told, so that what comes then is about what happens then: the
   * events of one engine arrive in order, and those of a marker instance come last.
   */
  private void quiesce(RecordingListener listener) {
    InstanceSpec marker = run().runsForever();
    run().fixture().abandonLaunch(run().node(), marker);
    awaitTold(listener, marker.uid(), "the marker");
    listener.forget();
  }
}
