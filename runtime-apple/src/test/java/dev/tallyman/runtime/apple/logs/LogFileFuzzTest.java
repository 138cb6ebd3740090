package dev.tallyman.runtime.apple.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.runtime.LogRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/** Whatever a container writes, it comes out as it is, and its tail has the lines asked for. */
class LogFileFuzzTest {

  @FuzzTest
  void outputComesOutAsItIs(byte[] input) throws IOException, InterruptedException {
    Path root = Files.createTempDirectory("logs");
    Path file = Files.createDirectories(root.resolve("containers/app")).resolve("stdio.log");
    try {
      Files.write(file, input);
      LogFile log = new LogFile(root, "app");
      assertThat(read(log, OptionalInt.empty())).isEqualTo(input);
      int tail = input.length % 4;
      byte[] end = read(log, OptionalInt.of(tail));
      assertThat(end).isEqualTo(lastLines(input, tail));
    } finally {
      Files.delete(file);
      Files.delete(root.resolve("containers/app"));
      Files.delete(root.resolve("containers"));
      Files.delete(root);
    }
  }

  private static byte[] read(LogFile log, OptionalInt tail)
      throws IOException, InterruptedException {
    ByteArrayOutputStream came = new ByteArrayOutputStream();
    log.read(
        new LogRequest(tail, LogRequest.End.NOW),
        () -> true,
        (_, _, data) -> came.writeBytes(data));
    return came.toByteArray();
  }

  private static byte[] lastLines(byte[] all, int count) {
    String text = new String(all, StandardCharsets.ISO_8859_1);
    int from = text.length();
    for (int i = 0; i < count && from > 0; i++) {
      from = text.lastIndexOf('\n', from - 2) + 1;
    }
    return count == 0 ? new byte[0] : Arrays.copyOfRange(all, from, all.length);
  }
}
