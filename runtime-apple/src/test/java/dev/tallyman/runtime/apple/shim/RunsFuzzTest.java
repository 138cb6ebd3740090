package dev.tallyman.runtime.apple.shim;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Whatever stands in the files of a run, it is a run, or one that is forgotten. */
class RunsFuzzTest {

  private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
  private static final List<String> FILES =
      List.of("begin", "started", "outcome", "errors", "shell");

  /** The input: the content of each file, between bytes of 0. */
  @FuzzTest
  void theFilesOfARunAreReadOrForgotten(byte[] input) throws IOException {
    Path folder = Files.createTempDirectory("runs");
    Path run = Files.createDirectories(folder.resolve("abc").resolve("1"));
    try {
      String[] contents = new String(input, StandardCharsets.ISO_8859_1).split("\0", -1);
      for (int i = 0; i < FILES.size() && i < contents.length; i++) {
        Files.writeString(run.resolve(FILES.get(i)), contents[i], StandardCharsets.ISO_8859_1);
      }
      for (Run read : new Runs(folder, InstantSource.fixed(NOW)).of("abc")) {
        assertThat(read.isWaiting() && read.outcome().isPresent()).isFalse();
        read.outcome().ifPresent(outcome -> assertThat(outcome.errors()).isNotNull());
      }
    } finally {
      try (Stream<Path> files = Files.list(run)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(run);
      Files.delete(run.getParent());
      Files.delete(folder);
    }
  }
}
