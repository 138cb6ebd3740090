package dev.tallyman.runtime.oci.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.stream.JsonReader;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What is said of images, and by whom: engines, people and their logins. */
class ImagesFuzzTest {

  private static final String PASSWORD = "hunter-2-hunter-2";

  @FuzzTest
  void thePullOfAnImageOnlyGoesForward(byte[] input) {
    JsonReader reader = Json.readerOf(new ByteArrayInputStream(input));
    PullTracker tracker = new PullTracker("busybox");
    long done = 0;
    try {
      for (Optional<Json> message = Json.nextOf(reader);
          message.isPresent();
          message = Json.nextOf(reader)) {
        Optional<PullProgress> now = tracker.add(message.get());
        if (now.isPresent()) {
          assertThat(now.get().doneBytes()).isBetween(done, now.get().totalBytes());
          done = now.get().doneBytes();
        }
      }
    } catch (IOException | EngineRefusal failure) {
      assertThat(failure).message().isNotNull();
    }
  }

  @FuzzTest
  void theHealthCheckOfAnImageHasACommandOrIsNone(byte[] input) {
    try {
      HealthCheckReply.of(Json.read(new ByteArrayInputStream(input)))
          .ifPresent(check -> {
            assertThat(check.command()).isNotEmpty();
            assertThat(check.interval().isNegative()).isFalse();
          });
    } catch (IOException noJson) {
      assertThat(noJson).message().isNotBlank();
    }
  }

  @FuzzTest
  void aReferenceInFullIsTheSameInFullAgain(byte[] input) {
    String full = ImageReference.qualified(new String(input, StandardCharsets.UTF_8));
    assertThat(ImageReference.qualified(full)).isEqualTo(full);
    assertThat(full).startsWith(ImageReference.registry(full));
  }

  /** The input is the user's file of logins. */
  @FuzzTest
  void aFileOfLoginsGivesALoginOrAFailureWithoutThePassword(byte[] input)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("logins");
    Path file = folder.resolve("config.json");
    try {
      Files.write(file, input);
      RegistryCredentials logins = new RegistryCredentials(folder, folder.toString());
      for (String registry : new String[] {"docker.io", "registry.example:5000"}) {
        logins.header(registry).ifPresent(header -> assertThat(header).isNotBlank());
      }
    } catch (IOException failure) {
      assertThat(failure).message().isNotBlank();
      if (!new String(input, StandardCharsets.UTF_8).contains(PASSWORD)) {
        // It stands there in Base64, if at all.
        assertThat(failure).message().doesNotContain(PASSWORD);
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
