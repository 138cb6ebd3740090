package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tallyman.config.fault.FaultsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Compares what happened with what a case allows. */
final class CorpusOutcome {

  private final JsonObject allowed;

  CorpusOutcome(JsonObject allowed) {
    this.allowed = allowed;
  }

  /**
   * Runs a load.
   *
   * @param matches fails unless what was loaded fits the allowed outcome
   */
  <T> void expect(Supplier<T> load, BiConsumer<JsonObject, T> matches) {
    List<JsonObject> outcomes = new ArrayList<>();
    if (allowed.has("either")) {
      allowed.getAsJsonArray("either").forEach(one -> outcomes.add(one.getAsJsonObject()));
    } else {
      outcomes.add(allowed);
    }
    Optional<T> loaded = Optional.empty();
    Optional<FaultsException> refused = Optional.empty();
    try {
      loaded = Optional.of(load.get());
    } catch (FaultsException e) {
      refused = Optional.of(e);
    }
    List<AssertionError> misses = new ArrayList<>();
    for (JsonObject outcome : outcomes) {
      try {
        if (outcome.has("error")) {
          assertThat(refused).as("refused; expected %s", outcome).isPresent();
          refusedWell(refused.orElseThrow());
        } else {
          assertThat(refused).as("faults; expected %s", outcome).isEmpty();
          matches.accept(outcome, loaded.orElseThrow());
        }
        return;
      } catch (AssertionError e) {
        misses.add(e);
      }
    }
    throw misses.getFirst();
  }

  private void refusedWell(FaultsException refused) {
    assertThat(refused.faults())
        .allSatisfy(fault -> assertThat(fault.where()).matches("(?s).+:\\d+:\\d+|[^:]+"));
    if (allowed.has("mentions")) {
      for (JsonElement mention : allowed.getAsJsonArray("mentions")) {
        assertThat(refused.getMessage()).contains(mention.getAsString());
      }
    }
    if (allowed.has("cycle_members")) {
      List<String> members =
          allowed.getAsJsonArray("cycle_members").asList().stream()
              .map(JsonElement::getAsString)
              .toList();
      assertThat(refused.faults())
          .allSatisfy(fault ->
              assertThat(fault.message().substring(fault.message().indexOf(": ") + 2).split(" -> "))
                  .isSubsetOf(members));
    }
  }
}
