package dev.tallyman.agent.loop;

import dev.tallyman.agent.loop.EventLog.Severity;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.Verdict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what became of workloads: on the board always, as an event and in the log when it turns. Its
 * times are the wall clock's, which people compare with their own.
 */
final class Announcer {

  private static final Logger log = LoggerFactory.getLogger(Announcer.class);

  private final StatusBoard board;
  private final EventLog events;
  private final InstantSource wall;

  Announcer(StatusBoard board, EventLog events, InstantSource wall) {
    this.board = board;
    this.events = events;
    this.wall = wall;
  }

  void publish(Entry entry, Verdict verdict) {
    Instant now = wall.instant();
    WorkloadStatus status = Statuses.of(entry, verdict, now);
    if (entry.status.filter(status::equals).isPresent()) {
      return;
    }
    boolean turned =
        entry
            .status
            .map(before ->
                before.phase() != status.phase()
                    || !before.reason().equals(status.reason())
                    || !word(before).equals(word(status)))
            .orElse(true);
    entry.status = Optional.of(status);
    board.publish(new StatusBoard.Entry(entry.desired(), status));
    if (turned) {
      tell(status, now);
    }
  }

  /** What its probes say, in a word. */
  private static Optional<Health.State> word(WorkloadStatus status) {
    return status.health().map(Health::state).filter(state -> state != Health.State.NOT_PROBED);
  }

  private void tell(WorkloadStatus status, Instant now) {
    String message =
        word(status)
            .filter(_ -> status.message().isEmpty())
            .flatMap(_ -> status.health())
            .map(Health::message)
            .orElse(status.message());
    Severity severity =
        switch (status.phase()) {
          case FAILED, BACKOFF, REJECTED, UNKNOWN -> Severity.WARNING;
          case PENDING, PULLING, STARTING, RUNNING, STOPPING, SUCCEEDED, WAITING, GONE ->
              Severity.INFO;
        };
    events.workload(
        now, severity, status.reason(), message, status.uid(), status.stack(), status.name());
    log.info(
        "{}/{} ({}): {} {} {}",
        status.stack(),
        status.name(),
        status.uid(),
        status.phase(),
        status.reason(),
        message);
  }

  void node(Severity severity, String reason, String message) {
    events.node(wall.instant(), severity, reason, message);
  }
}
