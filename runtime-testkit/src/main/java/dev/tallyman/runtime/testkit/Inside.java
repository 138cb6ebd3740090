package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.ExecRequest;
import dev.tallyman.runtime.ExecResult;
import dev.tallyman.runtime.LogRequest;
import dev.tallyman.runtime.LogSink;
import dev.tallyman.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What reaches into the instances of an in-memory engine: commands and output. */
final class Inside {

  private final Client client;
  private final InMemoryEngine engine;
  private final Requests requests;
  private final Deadlines deadlines;

  private record Reading(Container container, List<Output.Written> past, int seen) {}

  Inside(Client client, InMemoryEngine engine, Deadlines deadlines) {
    this.client = client;
    this.engine = engine;
    this.requests = engine.requests();
    this.deadlines = deadlines;
  }

  ExecResult exec(String uid, ExecRequest request) {
    Requests.Call call = engine.begin(client, Operation.EXEC, uid, request.timeout());
    return requests.perform(
        call,
        () -> {
          if (find(uid).filter(Container::isAlive).isEmpty()) {
            throw new RuntimeFailure.InstanceNotFound(
                "workload " + uid + ": no running instance here");
          }
          return engine.commands().next(uid, request.command());
        },
        outcome -> {
          call.pause(outcome.needs());
          return outcome.result();
        });
  }

  void logs(String uid, LogRequest request, LogSink sink) {
    Requests.Call call = engine.begin(client, Operation.LOGS, uid, deadlines.read());
    Reading reading =
        requests.perform(
            call,
            () -> {
              Container container =
                  find(uid)
                      .orElseThrow(() ->
                          new RuntimeFailure.InstanceNotFound(
                              "workload " + uid + ": no instance here"));
              return new Reading(
                  container, Output.past(container.output, request), container.output.size());
            });
    tell(reading.past(), sink);
    switch (request.end()) {
      case NOW -> {
        // that was all
      }
      case WITH_INSTANCE -> follow(uid, reading, sink);
    }
  }

  private void follow(String uid, Reading reading, LogSink sink) {
    Container container = reading.container();
    int seen = reading.seen();
    boolean goesOn = true;
    while (goesOn) {
      int before = seen;
      requests
          .endless(client, Operation.LOGS, uid)
          .awaitContainers(() -> container.output.size() > before || !container.isAlive());
      List<Output.Written> more =
          engine
              .lock()
              .get(
                  () -> new ArrayList<>(container.output.subList(before, container.output.size())));
      tell(more, sink);
      seen += more.size();
      goesOn = !more.isEmpty();
    }
  }

  private static void tell(List<Output.Written> lines, LogSink sink) {
    for (Output.Written line : lines) {
      sink.write(line.stream(), Optional.of(line.at()), line.data());
    }
  }

  private Optional<Container> find(String uid) {
    return engine.machine().byUid(client.node(), uid);
  }
}
