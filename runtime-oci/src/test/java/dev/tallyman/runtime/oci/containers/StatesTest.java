package dev.tallyman.runtime.oci.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.InstanceState.Broken;
import dev.tallyman.runtime.InstanceState.Created;
import dev.tallyman.runtime.InstanceState.ExitCause;
import dev.tallyman.runtime.InstanceState.Exited;
import dev.tallyman.runtime.InstanceState.Paused;
import dev.tallyman.runtime.InstanceState.Running;
import dev.tallyman.runtime.oci.containers.ContainerReply.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant BEGIN = NOW.minusSeconds(100);
  private static final Instant END = NOW.minusSeconds(50);

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of(never("created"), new Created()),
        Arguments.of(never("configured"), new Created()),
        Arguments.of(never("initialized"), new Created()),
        Arguments.of(running("running"), new Running(BEGIN)),
        Arguments.of(running("restarting"), new Running(BEGIN)),
        Arguments.of(running("paused"), new Paused(BEGIN)),
        Arguments.of(ended("exited", 3), exited(3)),
        Arguments.of(ended("stopped", 0), exited(0)),
        Arguments.of(ended("initialized", 3), exited(3)),
        Arguments.of(running("stopping"), new Running(BEGIN)),
        Arguments.of(running("removing"), new Running(BEGIN)),
        Arguments.of(ended("removing", 9), exited(9)),
        Arguments.of(never("removing"), new Created()),
        Arguments.of(ended("dead", 0), new Broken("the engine says dead")),
        Arguments.of(running("of a later version"), new Running(BEGIN)),
        Arguments.of(ended("of a later version", 5), exited(5)));
  }

  @ParameterizedTest
  @MethodSource("words")
  void anEnginesWordHasOneMeaning(Status status, InstanceState state) {
    assertThat(States.of(status, NOW, false)).isEqualTo(state);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stopping", "removing"})
  void whatStaysOnItsWayIsBroken(String word) {
    assertThat(States.of(running(word), NOW, true)).isInstanceOf(Broken.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 127})
  void anExitCodeOfWhatNeverRanIsNotBelieved(int madeUp) {
    Status status =
        new Status(
            "exited",
            false,
            false,
            OptionalLong.of(madeUp),
            "",
            Optional.empty(),
            Optional.of(END));

    assertThat(States.of(status, NOW, false))
        .isEqualTo(
            new Exited(
                OptionalInt.empty(), ExitCause.NEVER_STARTED, Optional.empty(), Optional.of(END)));
  }

  @Test
  void aStartThatFailedAfterAnEarlierRunNeverStarted() {
    Status status =
        new Status(
            "exited",
            false,
            false,
            OptionalLong.of(127),
            "port is already allocated",
            Optional.of(BEGIN),
            Optional.of(END));

    assertThat(States.of(status, NOW, false))
        .isEqualTo(
            new Exited(
                OptionalInt.empty(), ExitCause.NEVER_STARTED, Optional.empty(), Optional.of(END)));
  }

  @Test
  void anEndThatNobodySawHasNoExitCode() {
    Status status =
        new Status(
            "exited", false, false, OptionalLong.of(0), "", Optional.of(BEGIN), Optional.empty());

    assertThat(((Exited) States.of(status, NOW, false)).exitCode()).isEmpty();
  }

  @Test
  void aProcessDoesNotEndBeforeItBegins() {
    Status status =
        new Status(
            "exited", false, false, OptionalLong.of(0), "", Optional.of(END), Optional.of(BEGIN));

    assertThat(((Exited) States.of(status, NOW, false)).finishedAt()).contains(END);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 256, 1L << 40})
  void anExitCodeThatCannotBeIsNone(long code) {
    assertThat(((Exited) States.of(ended("exited", code), NOW, false)).exitCode()).isEmpty();
  }

  @Test
  void wantOfMemoryIsTheCauseOnlyIfItKilledTheProcess() {
    assertThat(((Exited) States.of(outOfMemory(137), NOW, false)).cause())
        .isEqualTo(ExitCause.OUT_OF_MEMORY);
    assertThat(((Exited) States.of(outOfMemory(1), NOW, false)).cause()).isEqualTo(ExitCause.ENDED);
  }

  private static Status never(String word) {
    return new Status(
        word, false, false, OptionalLong.of(0), "", Optional.empty(), Optional.empty());
  }

  private static Status running(String word) {
    return new Status(
        word,
        word.equals("running"),
        false,
        OptionalLong.of(0),
        "",
        Optional.of(BEGIN),
        Optional.empty());
  }

  private static Status ended(String word, long code) {
    return new Status(
        word, false, false, OptionalLong.of(code), "", Optional.of(BEGIN), Optional.of(END));
  }

  private static Status outOfMemory(long code) {
    return new Status(
        "exited", false, true, OptionalLong.of(code), "", Optional.of(BEGIN), Optional.of(END));
  }

  private static Exited exited(int code) {
    return new Exited(OptionalInt.of(code), ExitCause.ENDED, Optional.of(BEGIN), Optional.of(END));
  }
}
