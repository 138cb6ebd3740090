package dev.tallyman.runtime.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink.Stream;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.testkit.Output.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What instances write. */
interface LogsContract extends ContractPart {

  /** A line that came, and when it was written. */
  record Came(Line line, Optional<Instant> at) {}

  @ParameterizedTest
  @EnumSource(LogRequest.End.class)
  default void linesComeInOrderAndOnTheirStreamsAlsoAfterTheEnd(LogRequest.End end) {
    List<Line> lines =
        IntStream.range(0, 20).mapToObj(i -> new Line(Stream.STDOUT, "line " + i)).toList();
    InstanceSpec spec = ended(new Program.Writes(lines, OptionalInt.of(3)));

    List<Came> came = read(spec, new LogRequest(OptionalInt.empty(), end));

    assertThat(came).extracting(Came::line).containsExactlyElementsOf(lines);
    assertThat(came).allSatisfy(line -> assertThat(line.at()).isPresent());
  }

  @Test
  default void theErrorOutputIsToldApart() {
    List<Line> lines =
        List.of(new Line(Stream.STDOUT, "fine"), new Line(Stream.STDERR, "not fine"));
    InstanceSpec spec = ended(new Program.Writes(lines, OptionalInt.of(0)));

    assertThat(read(spec, all())).extracting(Came::line).containsExactlyInAnyOrderElementsOf(lines);
  }

  @Test
  default void onlyTheTailIsReadIfThatIsAskedFor() {
    List<Line> lines =
        IntStream.range(0, 20).mapToObj(i -> new Line(Stream.STDOUT, "line " + i)).toList();
    InstanceSpec spec = ended(new Program.Writes(lines, OptionalInt.of(0)));

    assertThat(read(spec, new LogRequest(OptionalInt.of(3), LogRequest.End.NOW)))
        .extracting(Came::line)
        .containsExactlyElementsOf(lines.subList(17, 20));
    assertThat(read(spec, new LogRequest(OptionalInt.of(0), LogRequest.End.NOW))).isEmpty();
  }

  @Test
  default void linesThatHaveNothingInThemOrAreLongOrForeignArriveAsTheyAre() {
    List<Line> lines =
        List.of(
            new Line(Stream.STDOUT, ""),
            new Line(Stream.STDOUT, "Grüße, 世界 🚢"),
            new Line(Stream.STDOUT, "y".repeat(40_000)),
            new Line(Stream.STDOUT, "2026-01-01T00:00:00Z is no time of the engine's"),
            new Line(Stream.STDOUT, "end"));
    InstanceSpec spec = ended(new Program.Writes(lines, OptionalInt.of(0)));
    StringBuilder text = new StringBuilder();

    run().runtime().logs(spec.uid(), all(), (_, _, data) -> text.append(new String(data, UTF_8)));

    assertThat(text.toString()).isEqualTo(text(lines));
  }

  @Test
  default void followingEndsWithTheInstance() throws InterruptedException {
    InstanceSpec spec =
        run()
            .spec(
                new Program.Writes(List.of(new Line(Stream.STDOUT, "begun")), OptionalInt.empty()))
            .build();
    var _ = run().launchReady(spec);
    List<Came> came = new CopyOnWriteArrayList<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() ->
                run()
                    .runtime()
                    .logs(
                        spec.uid(),
                        new LogRequest(OptionalInt.empty(), LogRequest.End.WITH_INSTANCE),
                        (stream, at, data) -> came.add(came(stream, at, data))));
    run().awaiting("the first line").until(() -> !came.isEmpty());
    assertThat(reader.isAlive()).isTrue();

    var _ = run().runtime().stop(spec.uid(), Duration.ZERO);

    assertThat(reader.join(run().fixture().patience())).isTrue();
    assertThat(came).extracting(Came::line).containsExactly(new Line(Stream.STDOUT, "begun"));
  }

  @Test
  default void anInterruptEndsAReaderThatFollowsAtOnce() throws InterruptedException {
    InstanceSpec spec = run().runsForever();
    var _ = run().launchReady(spec);
    AtomicReference<Optional<RuntimeFailure>> failure = new AtomicReference<>(Optional.empty());
    Thread reader =
        Thread.ofVirtual()
            .start(() ->
                failure.set(
                    ContractRun.failureOf(() -> {
                      run()
                          .runtime()
                          .logs(
                              spec.uid(),
                              new LogRequest(OptionalInt.empty(), LogRequest.End.WITH_INSTANCE),
                              (_, _, _) -> {});
                      return "ended";
                    })));
    assertThat(reader.join(Duration.ofMillis(300))).isFalse();

    reader.interrupt();

    assertThat(reader.join(Duration.ofSeconds(2))).isTrue();
    assertThat(failure.get()).containsInstanceOf(RuntimeFailure.Cancelled.class);
  }

  @Test
  default void whatIsGoneOrOthersHasNoOutput() {
    InstanceSpec theirs = run().runsForever();
    var _ = run().otherRuntime().launch(theirs);

    assertThatThrownBy(() -> read(theirs, all()))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);
    assertThatThrownBy(() -> read(run().runsForever(), all()))
        .isInstanceOf(RuntimeFailure.InstanceNotFound.class);
  }

  private InstanceSpec ended(Program program) {
    InstanceSpec spec = run().spec(program).build();
    var _ = run().runtime().launch(spec);
    var _ = run().awaitExit(spec.uid());
    return spec;
  }

  private List<Came> read(InstanceSpec spec, LogRequest request) {
    List<Came> came = new CopyOnWriteArrayList<>();
    run()
        .runtime()
        .logs(spec.uid(), request, (stream, at, data) -> came.add(came(stream, at, data)));
    return came;
  }

  private static Came came(Stream stream, Optional<Instant> at, byte[] data) {
    String text = new String(data, UTF_8);
    return new Came(
        new Line(stream, text.endsWith("\n") ? text.substring(0, text.length() - 1) : text), at);
  }

  private static String text(List<Line> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()).append('\n'));
    return text.toString();
  }

  private static LogRequest all() {
    return new LogRequest(OptionalInt.empty(), LogRequest.End.NOW);
  }
}
