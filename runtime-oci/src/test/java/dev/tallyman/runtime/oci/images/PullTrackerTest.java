package dev.tallyman.runtime.oci.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PullTrackerTest {

  private final PullTracker tracker = new PullTracker("app:1");

  @Test
  void layersAreAddedUp() {
    add("{\"status\":\"Pulling from app\",\"id\":\"1\"}");
    add(
        "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":10,\"total\":100}}");
    add(
        "{\"status\":\"Downloading\",\"id\":\"b\",\"progressDetail\":{\"current\":5,\"total\":50}}");

    assertThat(
            add(
                "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":90,\"total\":100}}"))
        .contains(new PullProgress("app:1", 95, 150, "a: Downloading"));
    assertThat(add("{\"status\":\"Download complete\",\"id\":\"a\"}"))
        .contains(new PullProgress("app:1", 105, 150, "a: Download complete"));
    assertThat(
            add(
                "{\"status\":\"Extracting\",\"id\":\"a\",\"progressDetail\":{\"current\":1,\"total\":100}}"))
        .contains(new PullProgress("app:1", 105, 150, "a: Extracting"));
    assertThat(add("{\"status\":\"Status: Downloaded newer image for app:1\"}"))
        .contains(new PullProgress("app:1", 105, 150, "Status: Downloaded newer image for app:1"));
  }

  @Test
  void sayingTheSameAgainIsNoProgress() {
    String message =
        "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":10,\"total\":100}}";

    assertThat(add(message)).isPresent();
    assertThat(add(message)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":\"manifest unknown\"}|500|manifest unknown",
        "{\"errorDetail\":{\"message\":\"denied\"},\"error\":\"other\"}|500|denied",
        "{\"errorDetail\":{\"code\":401,\"message\":\"no\"}}|401|no"
      })
  void anErrorInTheStreamEndsThePull(String message, int status, String text) {
    assertThatThrownBy(() -> tracker.add(Json.parse(message)))
        .isInstanceOfSatisfying(
            EngineRefusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(status);
              assertThat(refusal.text()).isEqualTo(text);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "[]",
        "7",
        "{\"status\":7,\"id\":[],\"progressDetail\":\"x\"}",
        "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":-5,\"total\":-1}}"
      })
  void strangeMessagesDoNoHarm(String message) {
    assertThat(add(message))
        .hasValueSatisfying(p -> {
          assertThat(p.doneBytes()).isZero();
          assertThat(p.totalBytes()).isZero();
        });
  }

  @Test
  void aLayerThatIsCompleteBeforeItsSizeWasToldCountsNothing() {
    assertThat(add("{\"status\":\"Download complete\",\"progressDetail\":{},\"id\":\"a\"}"))
        .hasValueSatisfying(p -> {
          assertThat(p.doneBytes()).isZero();
          assertThat(p.totalBytes()).isZero();
        });
  }

  @Test
  void sumsThatAreTooLargeAreTheLargestThereIs() {
    String whole = "\"progressDetail\":{\"current\":%1$d,\"total\":%1$d}".formatted(Long.MAX_VALUE);

    assertThat(add("{\"status\":\"Downloading\",\"id\":\"a\"," + whole + "}")).isPresent();
    assertThat(add("{\"status\":\"Downloading\",\"id\":\"b\"," + whole + "}"))
        .hasValueSatisfying(p -> {
          assertThat(p.doneBytes()).isEqualTo(Long.MAX_VALUE);
          assertThat(p.totalBytes()).isEqualTo(Long.MAX_VALUE);
        });
  }

  private Optional<PullProgress> add(String message) {
    try {
      return tracker.add(Json.parse(message));
    } catch (IOException | EngineRefusal e) {
      throw new AssertionError(e);
    }
  }
}
