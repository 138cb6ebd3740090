package dev.tallyman.runtime.apple.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.runtime.LogRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileTest {

  @TempDir private Path root;
  private Path file = Path.of("stdio.log");

  @BeforeEach
  void makeFolder() throws IOException {
    file = Files.createDirectories(root.resolve("containers/app")).resolve("stdio.log");
  }

  @Test
  void bytesThatAreNoTextArriveAsTheyAre() throws Exception {
    byte[] odd = {'a', (byte) 0xff, (byte) 0xc3, '\n', '\n', 0, 'b'};
    Files.write(file, odd);
    ByteArrayOutputStream came = new ByteArrayOutputStream();

    log().read(all(LogRequest.End.NOW), () -> true, (_, _, data) -> came.writeBytes(data));

    assertThat(came.toByteArray()).isEqualTo(odd);
  }

  @Test
  void whatWasNeverStartedHasWrittenNothing() throws Exception {
    assertThat(read(OptionalInt.empty())).isEmpty();
    assertThat(read(OptionalInt.of(3))).isEmpty();
  }

  @Test
  void theTailIsCountedFromTheEnd() throws Exception {
    Files.writeString(file, "1\n2\n\n4\n" + "x".repeat(200_000) + "\nlast without an end");

    assertThat(read(OptionalInt.of(0))).isEmpty();
    assertThat(read(OptionalInt.of(1))).containsExactly("last without an end");
    assertThat(String.join("", read(OptionalInt.of(4))))
        .isEqualTo("\n4\n" + "x".repeat(200_000) + "\nlast without an end");
    assertThat(String.join("", read(OptionalInt.of(100)))).startsWith("1\n2\n");
  }

  @Test
  void aFileThatAStartCutsIsReadFromItsNewBeginning() throws Exception {
    Files.writeString(file, "of the first run, which was long\n");
    List<String> came = new CopyOnWriteArrayList<>();
    AtomicBoolean ended = new AtomicBoolean();
    Thread reader = follow(came, ended);
    await().atMost(Duration.ofSeconds(20)).until(() -> came.size() == 1);

    Files.writeString(file, "second\n", StandardOpenOption.TRUNCATE_EXISTING);
    await().atMost(Duration.ofSeconds(20)).until(() -> came.contains("second\n"));
    Files.writeString(file, "more\n", StandardOpenOption.APPEND);
    ended.set(true);

    assertThat(reader.join(Duration.ofSeconds(20))).isTrue();
    assertThat(came).containsExactly("of the first run, which was long\n", "second\n", "more\n");
  }

  @Test
  void aFileThatIsReplacedIsReadToo() throws Exception {
    Files.writeString(file, "old\n");
    List<String> came = new CopyOnWriteArrayList<>();
    AtomicBoolean ended = new AtomicBoolean();
    Thread reader = follow(came, ended);
    await().atMost(Duration.ofSeconds(20)).until(() -> came.size() == 1);

    Path other = Files.writeString(root.resolve("other"), "new and longer\n");
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    await().atMost(Duration.ofSeconds(20)).until(() -> came.size() == 2);
    ended.set(true);

    assertThat(reader.join(Duration.ofSeconds(20))).isTrue();
    assertThat(came).containsExactly("old\n", "new and longer\n");
  }

  @Test
  void aLineIsKnownAsTheContainersOwnByItsTail() throws Exception {
    Files.writeString(file, "x\nError: mine \n");

    assertThat(log().tailHas("Error: mine")).isTrue();
    assertThat(log().tailHas("Error: yours")).isFalse();
    assertThat(new LogFile(root, "nobody").tailHas("x")).isFalse();
  }

  private Thread follow(List<String> came, AtomicBoolean ended) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            log()
                .read(
                    all(LogRequest.End.WITH_INSTANCE),
                    ended::get,
                    (_, _, data) -> came.add(new String(data, UTF_8)));
          } catch (IOException | InterruptedException e) {
            came.add("failed: " + e);
          }
        });
  }

  private List<String> read(OptionalInt tail) throws Exception {
    List<String> came = new CopyOnWriteArrayList<>();
    log()
        .read(
            new LogRequest(tail, LogRequest.End.NOW),
            () -> true,
            (_, _, data) -> came.add(new String(data, UTF_8)));
    return came;
  }

  private LogFile log() {
    return new LogFile(root, "app");
  }

  private static LogRequest all(LogRequest.End end) {
    return new LogRequest(OptionalInt.empty(), end);
  }
}
