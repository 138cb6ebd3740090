package dev.tallyman.runtime.oci.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.oci.engine.Dialect.Kind;
import dev.tallyman.runtime.oci.engine.Dialect.Unusable;
import dev.tallyman.runtime.oci.http.EngineHttp.Answer;
import dev.tallyman.runtime.oci.http.Json;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DialectTest {

  @ParameterizedTest
  @CsvSource({
    "1.41, Docker/20.10.24+dfsg1 (linux), '', DOCKER, 20.10.24+dfsg1, 1.41",
    "1.43, Docker/24.0.7 (linux), '', DOCKER, 24.0.7, 1.43",
    "1.52, Docker/29.1.3 (linux), '', DOCKER, 29.1.3, 1.44",
    "1.41, Libpod/4.3.1 (linux), 4.3.1, PODMAN, 4.3.1, 1.41",
    "1.41, Libpod/5.7.0-dev (linux), 5.7.0-dev, PODMAN, 5.7.0-dev, 1.41",
    "1.44, something else, '', DOCKER, '', 1.44",
    "1.45, Docker/dev (linux), '', DOCKER, dev, 1.44"
  })
  void theHeadersOfAPingSayWhatItIs(
      String api, String server, String libpod, Kind kind, String version, String spoken)
      throws Unusable {
    assertThat(Dialect.of(ping(api, server, libpod))).isEqualTo(new Dialect(kind, version, spoken));
  }

  @ParameterizedTest
  @CsvSource({
    "1.40, Docker/19.03.15 (linux), '', Docker 19.03.15 is too old (expected: 20.10 or newer)",
    "1.40, Libpod/4.2.1 (linux), 4.2.1, Podman 4.2.1 is too old (expected: 4.3 or newer)",
    "1.40, other, '', 'version 1.40 of the Docker Engine API (expected: 1.41 or newer)'",
    "none, nginx, '', does not speak the Docker Engine API"
  })
  void whatIsTooOldOrNoEngineIsRefusedWithTheReason(
      String api, String server, String libpod, String reason) {
    assertThatThrownBy(() -> Dialect.of(ping(api, server, libpod)))
        .isInstanceOf(Unusable.class)
        .hasMessageContaining(reason);
  }

  @Test
  void theCaseOfAHeadersNameDoesNotMatter() throws Unusable {
    Answer ping =
        new Answer(
            200, Map.of("api-version", "1.41", "LIBPOD-API-VERSION", "4.9.3"), Json.missing());

    assertThat(Dialect.of(ping).kind()).isEqualTo(Kind.PODMAN);
  }

  private static Answer ping(String api, String server, String libpod) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Api-Version", api);
    headers.put("Server", server);
    if (!libpod.isEmpty()) {
      headers.put("Libpod-Api-Version", libpod);
    }
    return new Answer(200, headers, Json.missing());
  }
}
