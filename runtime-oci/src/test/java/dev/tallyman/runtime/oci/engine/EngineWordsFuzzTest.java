package dev.tallyman.runtime.oci.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.engine.EngineCall.Verb;
import dev.tallyman.runtime.oci.http.EngineHttp.Answer;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whatever an engine says of itself and of its errors, it has a meaning. */
class EngineWordsFuzzTest {

  @FuzzTest
  void anErrorOfAnyWordsIsAFailureThatSaysWhatWasTried(byte[] input) {
    String words = new String(input, StandardCharsets.UTF_8);
    int status = 400 + words.length() % 200;
    EngineErrors errors = new EngineErrors("docker (/run/docker.sock)");
    for (Verb verb : Verb.values()) {
      EngineCall call = new EngineCall(verb, "w1");
      RuntimeFailure refused = errors.of(call, new EngineRefusal(status, words));
      assertThat(refused).hasMessageContaining("w1");
      assertThat(errors.of(call, new IOException(words))).hasMessageContaining("w1");
    }
  }

  /** The input: headers of the answer to a ping, one a line, and after an empty line the facts. */
  @FuzzTest
  void anEngineIsOneThatCanBeUsedOrRefusedWithTheReason(byte[] input) {
    String[] parts = new String(input, StandardCharsets.UTF_8).split("\n\n", 2);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : parts[0].split("\n", -1)) {
      String[] pair = line.split(": ", 2);
      headers.put(pair[0], pair.length > 1 ? pair[1] : "");
    }
    try {
      Dialect dialect = Dialect.of(new Answer(200, headers, Json.missing()));
      assertThat(dialect.title()).isNotBlank();
      assertThat(dialect.speaks(1, 41)).isTrue();
      byte[] facts = (parts.length > 1 ? parts[1] : "").getBytes(StandardCharsets.UTF_8);
      Json info = Json.read(new ByteArrayInputStream(facts));
      EngineFacts read = EngineFacts.of(dialect, info, info);
      assertThat(read.info().kind()).isEqualTo(dialect.kind().word());
    } catch (Dialect.Unusable | IOException refused) {
      assertThat(refused).message().isNotBlank();
    }
  }
}
