package dev.tallyman.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.model.FeedState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store does. */
abstract class StoreContract {

  /** The store under test; each call after the first opens the same one again. */
  abstract Store open() throws StateException;

  @Test
  void whatWasNeverSavedIsAbsent() throws StateException {
    try (Store store = open()) {
      assertThat(store.loadDesired("control-plane")).isEqualTo(new Loaded.Absent<FeedState>());
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Absent<Remembered>());
    }
  }

  @Test
  void desiredStateIsThereAfterTheAgentBeganAnew() throws StateException {
    FeedState state = Samples.desired("control-plane", 12);
    try (Store store = open()) {
      store.saveDesired(Samples.desired("control-plane", 11));
      store.saveDesired(state);
    }
    try (Store store = open()) {
      assertThat(store.loadDesired("control-plane")).isEqualTo(new Loaded.Present<>(state));
    }
  }

  @Test
  void whatIsRememberedOfAStackIsThereAfterTheAgentBeganAnew() throws StateException {
    try (Store store = open()) {
      store.saveRemembered(Samples.rememberedOfAStack());
    }
    try (Store store = open()) {
      assertThat(store.loadRemembered())
          .isEqualTo(new Loaded.Present<>(Samples.rememberedOfAStack()));
    }
  }

  @Test
  void oneWhosePlaceAnotherOneIsToTakeIsThereAfterTheAgentBeganAnew() throws StateException {
    try (Store store = open()) {
      store.saveDesired(Samples.desiredOfAStack());
    }
    try (Store store = open()) {
      assertThat(store.loadDesired("stacks"))
          .isEqualTo(new Loaded.Present<>(Samples.desiredOfAStack()));
    }
  }

  @Test
  void anEmptyDesiredStateIsNotAbsent() throws StateException {
    FeedState nothing = new FeedState("control-plane", "store-1", 3, List.of());
    try (Store store = open()) {
      store.saveDesired(nothing);
      assertThat(store.loadDesired("control-plane")).isEqualTo(new Loaded.Present<>(nothing));
    }
  }

  @Test
  void feedsDoNotTouchEachOther() throws StateException {
    try (Store store = open()) {
      store.saveDesired(Samples.desired("control-plane", 1));
      store.saveDesired(Samples.desired("manifests", 2));

      assertThat(store.loadDesired("control-plane").found())
          .hasValueSatisfying(state -> assertThat(state.revision()).isEqualTo(1));
      assertThat(store.loadDesired("manifests").found())
          .hasValueSatisfying(state -> assertThat(state.revision()).isEqualTo(2));
    }
  }

  @Test
  void whatIsRememberedIsThereAfterTheAgentBeganAnew() throws StateException {
    try (Store store = open()) {
      store.saveRemembered(Samples.remembered());
    }
    try (Store store = open()) {
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.remembered()));
      store.saveRemembered(Samples.NOTHING);
      assertThat(store.loadRemembered()).isEqualTo(new Loaded.Present<>(Samples.NOTHING));
    }
  }

  @Test
  void theIdentityStaysTheSame() throws StateException {
    String id;
    try (Store store = open()) {
      id = store.agentId();
      assertThat(id).matches("[0-9a-f]{32}");
      assertThat(store.agentId()).isEqualTo(id);
    }
    try (Store store = open()) {
      assertThat(store.agentId()).isEqualTo(id);
    }
  }
}
