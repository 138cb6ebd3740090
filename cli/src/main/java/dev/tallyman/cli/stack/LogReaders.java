package dev.tallyman.cli.stack;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.client.Watch;
import dev.tallyman.proto.v1.LogChunk;
import dev.tallyman.proto.v1.LogStream;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.NodeWorkloadKey;
import dev.tallyman.proto.v1.ReadLogsRequest;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the output of workloads, each run of each once, in threads of their own. Told by one thread
 * which runs there are.
 *
 * <p>An engine keeps the output of former runs of the same container before that of the present
 * one, so that what was read is known by its time and left out.
 */
final class LogReaders implements AutoCloseable {

  /** Below the number of calls that an agent takes on one connection. */
  private static final int PER_CONNECTION = 100;

  private static final Duration WAIT = Duration.ofSeconds(1);

  /** Whether reading goes on with what is written from now on. */
  enum End {
    NOW,
    WITH_INSTANCE
  }

  /** One run of a workload. */
  private record Run(String instance, Instant startedAt) {}

  private static final class Reading {
    private final String uid;
    private final String name;
    private Optional<Run> read = Optional.empty();
    private Optional<Run> next = Optional.empty();
    private boolean active;

    /** What earlier threads have read. Only the reading thread touches these two. */
    private Instant known = Instant.MIN;

    private Instant newest = Instant.MIN;

    Reading(String uid, String name) {
      this.uid = uid;
      this.name = name;
    }
  }

  private final NodeLink agent;
  private final StackEvents events;
  private final End end;
  private final OptionalInt tail;
  private final Map<String, Reading> readings = new HashMap<>();
  private final List<NodeLink> connections = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Readers that read nothing yet.
   *
   * @param tail how many lines of the past of the first run are wanted; empty for all
   */
  LogReaders(NodeLink agent, StackEvents events, End end, OptionalInt tail) {
    this.agent = agent;
    this.events = events;
    this.end = end;
    this.tail = tail;
  }

  /** A workload is like this now: if that is a run that was not read yet, it is read. */
  void changed(NodeWorkload workload) {
    WorkloadStatus status = workload.getStatus();
    boolean ran = !status.getInstanceId().isEmpty() && status.hasStartedAt();
    if (!ran) {
      return;
    }
    Reading reading =
        readings.computeIfAbsent(status.getUid(), uid -> new Reading(uid, status.getName()));
    Run run =
        new Run(
            status.getInstanceId(),
            Instant.ofEpochSecond(
                status.getStartedAt().getSeconds(), status.getStartedAt().getNanos()));
    if (reading.read.filter(run::equals).isPresent()) {
      return;
    }
    reading.next = Optional.of(run);
    if (!reading.active) {
      begin(reading);
    }
  }

  /** The run of a workload has been read to its end: the next one may be waiting. */
  void ended(String uid) {
    Optional.ofNullable(readings.get(uid))
        .ifPresent(reading -> {
          reading.active = false;
          if (reading.next.isPresent()) {
            begin(reading);
          }
        });
  }

  /** Whether something is still being read. */
  boolean isActive() {
    return readings.values().stream().anyMatch(reading -> reading.active);
  }

  private void begin(Reading reading) {
    ReadLogsRequest.Builder request =
        ReadLogsRequest.newBuilder()
            .setKey(NodeWorkloadKey.newBuilder().setUid(reading.uid))
            .setFollow(end == End.WITH_INSTANCE);
    if (reading.read.isEmpty()) {
      tail.ifPresent(request::setTail);
    }
    reading.read = reading.next;
    reading.next = Optional.empty();
    reading.active = true;
    NodeLink connection = connection();
    threads.removeIf(thread -> !thread.isAlive());
    threads.add(
        Thread.ofVirtual()
            .name("logs-" + reading.name)
            .start(() -> read(reading, connection, request.build())));
  }

  private NodeLink connection() {
    int index = (readings.size() - 1) / PER_CONNECTION;
    while (connections.size() <= index) {
      connections.add(agent.again());
    }
    return connections.get(index);
  }

  private void read(Reading reading, NodeLink connection, ReadLogsRequest request) {
    Optional<String> why = Optional.empty();
    Map<LogStream, LogLines> lines = new EnumMap<>(LogStream.class);
    try {
      try {
        Watch<LogChunk> watch = connection.logs(request);
        while (watch.next(WAIT) instanceof Watch.Batch.Answers<LogChunk>(var chunks)) {
          for (LogChunk chunk : chunks) {
            take(reading, lines, chunk);
          }
        }
      } catch (CallFailure e) {
        // A run that is gone before it was read is no trouble for who follows the next one too.
        boolean gone = (e.isNotFound() || e.isNotNow()) && end == End.WITH_INSTANCE;
        why = gone ? Optional.empty() : Optional.of(text(e));
      }
      for (LogLines stream : lines.values()) {
        Optional<String> rest = stream.rest();
        if (rest.isPresent()) {
          events.put(new StackEvent.Wrote(reading.name, Optional.empty(), rest.get()));
        }
      }
      reading.known = reading.newest;
      events.put(new StackEvent.RunRead(reading.uid, why));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(Reading reading, Map<LogStream, LogLines> lines, LogChunk chunk)
      throws InterruptedException {
    Optional<Instant> at =
        chunk.hasAt()
            ? Optional.of(
                Instant.ofEpochSecond(chunk.getAt().getSeconds(), chunk.getAt().getNanos()))
            : Optional.empty();
    if (at.filter(time -> !time.isAfter(reading.known)).isPresent()) {
      return;
    }
    LogLines stream = lines.computeIfAbsent(chunk.getStream(), _ -> new LogLines());
    for (String line : stream.add(chunk.getData().toByteArray())) {
      events.put(new StackEvent.Wrote(reading.name, at, line));
    }
    at.ifPresent(time -> reading.newest = time);
  }

  private static String text(CallFailure failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    connections.forEach(NodeLink::close);
  }
}
