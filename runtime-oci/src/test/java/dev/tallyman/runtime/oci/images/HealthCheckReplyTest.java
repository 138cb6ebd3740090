package dev.tallyman.runtime.oci.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.oci.http.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HealthCheckReplyTest {

  @Test
  void aCommandIsReadWithItsTimes() {
    assertThat(
            read(
                """
                {"Test": ["CMD", "pg_isready", "-U", "me"], "Interval": 5000000000,
                 "Timeout": 2000000000, "StartPeriod": 1000000, "StartInterval": 7, "Retries": 4}
                """))
        .contains(
            new ImageHealthCheck(
                List.of("pg_isready", "-U", "me"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofMillis(1),
                Duration.ofNanos(7),
                4));
  }

  @Test
  void aLineForAShellIsGivenToTheShell() {
    assertThat(read("{\"Test\": [\"CMD-SHELL\", \"a || b\"]}").orElseThrow().command())
        .containsExactly("/bin/sh", "-c", "a || b");
    assertThat(
            readConfig(
                    """
                    {"Healthcheck": {"Test": ["CMD-SHELL", "a || b"]},
                     "Shell": ["/bin/bash", "-lc"]}
                    """)
                .orElseThrow()
                .command())
        .containsExactly("/bin/bash", "-lc", "a || b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{\"Test\": []}",
        "{\"Test\": [\"NONE\"]}",
        "{\"Test\": [\"CMD\"]}",
        "{\"Test\": [\"SOMETHING\", \"else\"]}",
        "{\"Test\": \"CMD\"}"
      })
  void whatIsNoCheckIsNone(String check) {
    assertThat(read(check)).isEmpty();
  }

  private static Optional<ImageHealthCheck> read(String check) {
    return readConfig("{\"Healthcheck\": " + check + "}");
  }

  private static Optional<ImageHealthCheck> readConfig(String config) {
    try {
      return HealthCheckReply.of(Json.parse("{\"Config\": " + config + "}"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
