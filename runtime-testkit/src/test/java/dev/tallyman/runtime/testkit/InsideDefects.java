package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Defects in commands and output. */
final class InsideDefects {

  private InsideDefects() {}

  static Stream<Defect> all() {
    return Stream.of(
        new Defect(
            "takes every command for a success",
            sound ->
                executing(
                    sound,
                    (runtime, uid, request) ->
                        new ExecResult(0, runtime.exec(uid, request).output())),
            "aCommandHasItsExitCodeAndItsOutput",
            "aCommandThatDoesNotExistIs127",
            "ofALongOutputTheBeginningIsKeptAndTheCommandGoesOn"),
        new Defect(
            "says nothing of what commands say",
            sound ->
                executing(
                    sound,
                    (runtime, uid, request) ->
                        new ExecResult(runtime.exec(uid, request).exitCode(), "")),
            "aCommandHasItsExitCodeAndItsOutput",
            "ofALongOutputTheBeginningIsKeptAndTheCommandGoesOn"),
        new Defect(
            "waits for commands for ever",
            sound ->
                executing(
                    sound,
                    (runtime, uid, request) ->
                        runtime.exec(
                            uid, new ExecRequest(request.command(), Duration.ofMinutes(1)))),
            "aCommandThatTakesTooLongTimesOut"),
        new Defect(
            "runs commands in nothing",
            sound ->
                executing(
                    sound,
                    (runtime, uid, request) -> {
                      try {
                        return runtime.exec(uid, request);
                      } catch (RuntimeFailure.InstanceNotFound e) {
                        return new ExecResult(0, "");
                      }
                    }),
            "onlyARunningInstanceTakesCommands",
            "othersInstancesTakeNoCommands"),
        new Defect(
            "has one stream",
            sound ->
                reading(
                    sound,
                    (runtime, uid, request, sink) ->
                        runtime.logs(
                            uid,
                            request,
                            (_, at, data) -> sink.write(LogSink.Stream.STDOUT, at, data))),
            "theErrorOutputIsToldApart"),
        new Defect(
            "does not know when lines were written",
            sound ->
                reading(
                    sound,
                    (runtime, uid, request, sink) ->
                        runtime.logs(
                            uid,
                            request,
                            (stream, _, data) -> sink.write(stream, Optional.empty(), data))),
            "linesComeInOrderAndOnTheirStreamsAlsoAfterTheEnd"),
        new Defect(
            "reads all or nothing",
            sound ->
                reading(
                    sound,
                    (runtime, uid, request, sink) ->
                        runtime.logs(
                            uid, new LogRequest(OptionalInt.empty(), request.end()), sink)),
            "onlyTheTailIsReadIfThatIsAskedFor"),
        new Defect(
            "does not follow",
            sound ->
                reading(
                    sound,
                    (runtime, uid, request, sink) ->
                        runtime.logs(
                            uid, new LogRequest(request.tail(), LogRequest.End.NOW), sink)),
            "followingEndsWithTheInstance",
            "anInterruptEndsAReaderThatFollowsAtOnce"),
        new Defect(
            "cuts long lines",
            sound ->
                reading(
                    sound,
                    (runtime, uid, request, sink) ->
                        runtime.logs(
                            uid,
                            request,
                            (stream, at, data) ->
                                sink.write(
                                    stream, at, Arrays.copyOf(data, Math.min(data.length, 1000))))),
            "linesThatHaveNothingInThemOrAreLongOrForeignArriveAsTheyAre"),
        new Defect(
            "has output of nothing",
            sound ->
                reading(
                    sound,
                    (runtime, uid, request, sink) -> {
                      try {
                        runtime.logs(uid, request, sink);
                      } catch (RuntimeFailure.InstanceNotFound e) {
                        sink.write(LogSink.Stream.STDERR, Optional.empty(), new byte[0]);
                      }
                    }),
            "whatIsGoneOrOthersHasNoOutput"));
  }

  private interface Execution {
    ExecResult exec(ContainerRuntime runtime, String uid, ExecRequest request);
  }

  private interface Reading {
    void logs(ContainerRuntime runtime, String uid, LogRequest request, LogSink sink);
  }

  private static ContainerRuntime executing(Defect.Sound sound, Execution execution) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public ExecResult exec(String uid, ExecRequest request) {
        return execution.exec(sound.runtime(), uid, request);
      }
    };
  }

  private static ContainerRuntime reading(Defect.Sound sound, Reading reading) {
    return new DelegatingRuntime(sound.runtime()) {
      @Override
      public void logs(String uid, LogRequest request, LogSink sink) {
        reading.logs(sound.runtime(), uid, request, sink);
      }
    };
  }
}
