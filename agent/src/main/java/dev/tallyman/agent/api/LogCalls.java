package dev.tallyman.agent.api;

import com.google.protobuf.ByteString;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.wire.Times;
import dev.tallyman.proto.v1.LogChunk;
import dev.tallyman.proto.v1.LogStream;
import dev.tallyman.proto.v1.ReadLogsRequest;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads what instances write, at the speed of who asks. */
final class LogCalls {

  /**
   * A runtime may hand out a line as long as it likes; no message is longer than this and a bit.
   */
  static final int MAX_CHUNK_BYTES = 64 << 10;

  private final WorkloadFinder finder;
  private final StatusBoard board;
  private final Function<String, Optional<ContainerRuntime>> runtimes;

  LogCalls(
      WorkloadFinder finder,
      StatusBoard board,
      Function<String, Optional<ContainerRuntime>> runtimes) {
    this.finder = finder;
    this.board = board;
    this.runtimes = runtimes;
  }

  /** Sends what was asked for. */
  void fill(ReadLogsRequest request, PacedStream<LogChunk> stream) throws InterruptedException {
    String uid = finder.find(request.getKey());
    ContainerRuntime runtime =
        board
            .find(uid)
            .flatMap(entry -> entry.status().runtime())
            .flatMap(runtimes)
            .orElseThrow(() ->
                Refusals.notNow("workload: " + uid + " (expected: one that has an instance)"));
    LogRequest wanted =
        new LogRequest(
            request.hasTail() ? OptionalInt.of(request.getTail()) : OptionalInt.empty(),
            request.getFollow() ? LogRequest.End.WITH_INSTANCE : LogRequest.End.NOW);
    try {
      runtime.logs(uid, wanted, (kind, at, data) -> send(stream, kind, at, data));
    } catch (RuntimeFailure.Cancelled cancelled) {
      throw new InterruptedException(cancelled.getMessage());
    } catch (RuntimeFailure failure) {
      throw Refusals.notNow(String.valueOf(failure.getMessage()));
    }
  }

  private static void send(
      PacedStream<LogChunk> stream, LogSink.Stream kind, Optional<Instant> at, byte[] data) {
    LogChunk.Builder chunk =
        LogChunk.newBuilder()
            .setStream(
                switch (kind) {
                  case STDOUT -> LogStream.LOG_STREAM_STDOUT;
                  case STDERR -> LogStream.LOG_STREAM_STDERR;
                });
    at.map(Times::write).ifPresent(chunk::setAt);
    try {
      for (int from = 0; from < data.length; from += MAX_CHUNK_BYTES) {
        int length = Math.min(MAX_CHUNK_BYTES, data.length - from);
        stream.send(chunk.setData(ByteString.copyFrom(data, from, length)).build());
        // The time is that of the beginning, and a reader that comes back begins after it.
        chunk.clearAt();
      }
    } catch (InterruptedException _) {
      // The reading looks at the flag next.
      Thread.currentThread().interrupt();
    }
  }
}
