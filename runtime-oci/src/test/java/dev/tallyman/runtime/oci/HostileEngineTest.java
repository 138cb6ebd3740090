package dev.tallyman.runtime.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.Subscription;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An engine whose answers have no end. Each call ends with a failure that says why, after no more
 * bytes than the bound; and what is asked next is answered as ever.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class HostileEngineTest {

  private static final String NODE = "node-1";
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

  /** What an answer may have, and what the two ends of the socket keep. */
  private static final long MOST_TAKEN = (16L << 20) + (4 << 20);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private ScriptedEngine engine;
  private OciRuntime runtime;

  @BeforeEach
  void open() {
    engine = new ScriptedEngine(folder.resolve("engine.sock"));
    runtime = runtime(PATIENCE);
  }

  private OciRuntime runtime(Duration reading) {
    Deadlines usual = Deadlines.DEFAULT;
    return new OciRuntime(
        "hostile",
        NODE,
        engine.socket(),
        new Deadlines(usual.probe(), reading, usual.change(), usual.pullStall()),
        InstantSource.system(),
        folder);
  }

  @AfterEach
  void close() {
    runtime.close();
    engine.close();
  }

  static Stream<Arguments> answersWithoutEnd() {
    String bytes = "at most 16777216 bytes";
    String values = "at most 400000 values";
    return Stream.of(
        arguments("[\"", "a text without end ", bytes),
        arguments("", "                ", bytes),
        arguments("[1", "0000000000000000", "JSON"),
        arguments("[", "[],[],[],[],[],", values),
        arguments("[{\"a\":1", ",\"b\":{},\"c\":null", values));
  }

  @ParameterizedTest
  @MethodSource("answersWithoutEnd")
  void anAnswerWithoutEndIsCutOff(String beginning, String piece, String reason) {
    engine.answerWithoutEnd("/containers/json", HEAD + "\r\n" + beginning, piece);

    assertThatThrownBy(runtime::list)
        .isInstanceOf(RuntimeFailure.Internal.class)
        .hasMessageContaining("could not list the instances")
        .hasMessageContaining(reason);

    assertThat(engine.sentWithoutEnd()).isLessThan(MOST_TAKEN);
    isUnharmed();
  }

  @Test
  void aHeadWithoutEndIsCutOff() {
    engine.answerWithoutEnd("/containers/json", HEAD, "X-More: and more and more\r\n");

    assertThatThrownBy(runtime::list)
        .isInstanceOfAny(RuntimeFailure.Internal.class, RuntimeFailure.Unavailable.class)
        .hasMessageContaining("could not list the instances");

    assertThat(engine.sentWithoutEnd()).isLessThan(MOST_TAKEN);
    isUnharmed();
  }

  @Test
  void announcementsWithoutEndEndWithTheDeadline() {
    runtime.close();
    runtime = runtime(Duration.ofSeconds(2));
    engine.answerWithoutEnd("/containers/json", "", "HTTP/1.1 100 Continue\r\n\r\n");

    assertThatThrownBy(runtime::list).isInstanceOf(RuntimeFailure.TimedOut.class);

    isUnharmed();
  }

  @Test
  void aChunkWithoutEndIsCutOff() {
    engine.answerWithoutEnd(
        "/containers/json", CHUNKED + "7fffffff\r\n[\"", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    assertThatThrownBy(runtime::list)
        .isInstanceOf(RuntimeFailure.Internal.class)
        .hasMessageContaining("at most 16777216 bytes");

    assertThat(engine.sentWithoutEnd()).isLessThan(MOST_TAKEN);
    isUnharmed();
  }

  @Test
  void anAnswerShorterThanItSaysIsAFailureAndNotAnEmptyList() {
    engine.answer("/containers/json", HEAD + "Content-Length: 1000\r\n\r\n[]");

    assertThatThrownBy(runtime::list)
        .isInstanceOf(RuntimeFailure.Unavailable.class)
        .hasMessageContaining("closed it before its answer was complete");

    isUnharmed();
  }

  @Test
  void whatFollowsAnAnswerOfTheLengthThatItSaysIsNotRead() {
    engine.answer("/containers/json", HEAD + "Content-Length: 2\r\n\r\n[][{\"Id\":\"x\"}]");

    assertThat(runtime.list()).isEmpty();
  }

  @Test
  void anErrorWithoutEndIsToldInShort() {
    engine.answerWithoutEnd(
        "/containers/json", "HTTP/1.1 400 Bad Request\r\n\r\n", "no and no and no and no ");

    assertThatThrownBy(runtime::list)
        .isInstanceOf(RuntimeFailure.class)
        .hasMessageContaining("no and no")
        .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(4096));

    assertThat(engine.sentWithoutEnd()).isLessThan(MOST_TAKEN);
    isUnharmed();
  }

  @Test
  void anEventWithoutEndLosesTheSubscriptionAndNoMore() {
    engine.answerWithoutEnd("/events", HEAD + "\r\n{\"Action\": \"", "aaaaaaaaaaaaaaaa");
    Heard heard = new Heard();

    try (Subscription subscription = runtime.watch(heard)) {
      assertThat(subscription).isNotNull();
      heard.awaitLoss();
    }

    assertThat(heard.losses())
        .singleElement()
        .satisfies(loss -> assertThat(loss).hasMessageContaining("at most 4194304 bytes"));
    assertThat(engine.sentWithoutEnd()).isLessThan(MOST_TAKEN);
    isUnharmed();
  }

  /** A line of 100 MB without an end, in frames as long as an engine may say. */
  @Test
  void aLineWithoutEndComesInSmallPieces() {
    int frame = 16 << 20;
    byte[] head = ByteBuffer.allocate(8).put((byte) 1).putInt(4, frame).array();
    byte[] content = new byte[frame];
    byte[] time = "2026-11-22T08:00:00Z ".getBytes(UTF_8);
    System.arraycopy(time, 0, content, 0, time.length);
    anInstance();
    engine.answerWithBytes(
        "/containers/c1/logs", "HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8), head, content, 6);
    Told told = new Told();

    runtime.logs(
        "u1",
        new LogRequest(OptionalInt.empty(), LogRequest.End.NOW),
        (_, at, data) -> told.add(at.isPresent(), data.length));

    assertThat(told.largest).isLessThanOrEqualTo(64 << 10);
    assertThat(told.bytes).isEqualTo(6L * (frame - time.length));
    assertThat(told.withTime).isEqualTo(6);
  }

  private static final class Told {
    private long bytes;
    private int largest;
    private int withTime;

    void add(boolean hasTime, int length) {
      bytes += length;
      largest = Math.max(largest, length);
      withTime += hasTime ? 1 : 0;
    }
  }

  private void anInstance() {
    String labels =
        "\"Labels\": {\"tallyman.node\": \"%s\", \"tallyman.uid\": \"u1\", \"tallyman.stack\": \"s\", \"tallyman.workload\": \"w\"}"
            .formatted(NODE);
    engine
        .answer(
            "/containers/json",
            ScriptedEngine.json(
                "[{\"Id\": \"c1\", \"Names\": [\"/s-w\"], \"State\": \"running\", "
                    + labels
                    + "}]"))
        .answer(
            "/containers/c1/json",
            ScriptedEngine.json(
                "{\"Id\": \"c1\", \"Name\": \"/s-w\", \"State\": {\"Status\": \"running\"}, \"Config\": {"
                    + labels
                    + "}}"));
  }

  /** The next one who asks is answered. */
  private void isUnharmed() {
    engine.answer("/containers/json", ScriptedEngine.json("[]"));
    assertThat(runtime.list()).isEmpty();
  }
}
