package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Placer.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StateWriterTest {

  private final InMemoryStore store = new InMemoryStore();
  private final Inbox inbox = new Inbox();
  private final List<Message> told = new ArrayList<>();

  private static Remembered of(Map<String, History> history) {
    return new Remembered(history, Optional.empty(), Memory.INTACT);
  }

  private StateWriter writer(Store to) {
    return StateWriter.start(to, inbox, Duration.ofMillis(1));
  }

  private void awaitTold(Message message) {
    await()
        .until(() -> {
          told.addAll(inbox.take(Duration.ofMillis(100)));
          return told.contains(message);
        });
  }

  @Test
  void historyIsSavedAndThenToldSo() {
    try (StateWriter writer = writer(store)) {
      writer.history(7, Samples.change(Samples.remembered()));

      awaitTold(new Message.HistorySaved(7));
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.remembered()));
    }
  }

  @Test
  void closingWritesWhatWaits() throws Exception {
    StateWriter writer = writer(store);
    writer.desired(Samples.change(Samples.desired("control-plane", 3)));
    writer.desired(Samples.change(Samples.desired("manifests", 4)));
    writer.history(1, Samples.change(Samples.NOTHING));
    writer.close();

    assertThat(store.loadDesired("control-plane").found()).isPresent();
    assertThat(store.loadDesired("manifests").found()).isPresent();
    assertThat(inbox.take(Duration.ZERO)).contains(new Message.HistorySaved(1));
  }

  @Test
  void whileTheDiskIsSlowOnlyTheLatestImageWaits() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Store slow = new SlowStore(store, entered, release);
    StateWriter writer = writer(slow);
    writer.history(1, Samples.change(Samples.NOTHING));
    entered.await();
    for (int i = 2; i <= 1000; i++) {
      writer.history(i, Samples.change(of(Map.of("u", History.begin("h" + i)))));
    }
    release.countDown();
    writer.close();

    assertThat(store.tries()).isEqualTo(2);
    assertThat(store.loadRemembered().found()).hasValue(of(Map.of("u", History.begin("h1000"))));
    assertThat(inbox.take(Duration.ZERO))
        .containsExactly(new Message.HistorySaved(1), new Message.HistorySaved(1000));
  }

  @Test
  void whatCannotBeWrittenIsToldAndTriedAgainUntilItIsWritten() {
    store.failWith("The disk is full.");
    try (StateWriter writer = writer(store)) {
      writer.history(5, Samples.change(Samples.NOTHING));
      awaitTold(new Message.SaveFailed("history", "The disk is full."));
      await().until(() -> store.tries() > 3);
      assertThat(told).doesNotContain(new Message.HistorySaved(5));

      store.heal();

      awaitTold(new Message.HistorySaved(5));
    }
  }

  @Test
  void aDesiredStateThatIsWrittenAtLastIsToldWithTheHistoryThatIsSaved() {
    try (StateWriter writer = writer(store)) {
      writer.history(5, Samples.change(Samples.NOTHING));
      awaitTold(new Message.HistorySaved(5));
      store.failWith("The disk is full.");
      writer.desired(Samples.change(Samples.desired("control-plane", 3)));
      awaitTold(new Message.SaveFailed("desired state of feed control-plane", "The disk is full."));
      told.clear();

      store.heal();

      awaitTold(new Message.HistorySaved(5));
      assertThat(store.loadDesired("control-plane").found()).isPresent();
    }
  }

  @Test
  void whatIsHandedOverAddsUp() {
    Desired first = Samples.desired("manifests", 1).desired().getFirst();
    Desired second = Samples.desired("manifests", 1).desired().getLast();
    StateWriter writer = writer(store);
    writer.desired(new DesiredChange("manifests", "s", 1, Map.of("u1", Optional.of(first))));
    writer.desired(new DesiredChange("manifests", "s", 2, Map.of("u2", Optional.of(second))));
    writer.desired(new DesiredChange("manifests", "s", 3, Map.of("u1", Optional.empty())));
    writer.history(1, Samples.change(of(Map.of("u1", History.begin("h1")))));
    writer.history(2, Samples.change(of(Map.of("u2", History.begin("h2")))));
    writer.history(
        3, new HistoryChange(Map.of("u1", Optional.empty()), Optional.empty(), Memory.INTACT));
    writer.close();

    assertThat(store.loadDesired("manifests").found())
        .hasValue(new FeedState("manifests", "s", 3, List.of(second)));
    assertThat(store.loadRemembered().found()).hasValue(of(Map.of("u2", History.begin("h2"))));
  }

  @Test
  void aNewerImageReplacesOneThatCouldNotBeWritten() {
    store.failWith("The disk is full.");
    try (StateWriter writer = writer(store)) {
      writer.desired(Samples.change(Samples.desired("control-plane", 3)));
      await().until(() -> store.tries() > 0);
      writer.desired(Samples.change(Samples.desired("control-plane", 4)));
      store.heal();

      await()
          .untilAsserted(() ->
              assertThat(store.loadDesired("control-plane").found())
                  .hasValue(Samples.desired("control-plane", 4)));
    }
  }

  /** A disk that takes its time for the first image. */
  private record SlowStore(InMemoryStore inner, CountDownLatch entered, CountDownLatch release)
      implements Store {
    @Override
    public void saveRemembered(Remembered remembered) throws StateException {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      inner.saveRemembered(remembered);
    }

    @Override
    public void saveDesired(FeedState state) throws StateException {
      inner.saveDesired(state);
    }

    @Override
    public Loaded<FeedState> loadDesired(String feed) {
      return inner.loadDesired(feed);
    }

    @Override
    public Loaded<Remembered> loadRemembered() {
      return inner.loadRemembered();
    }

    @Override
    public String agentId() {
      return inner.agentId();
    }

    @Override
    public void close() {}
  }
}
