package dev.tallyman.agent.state;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.Rollout;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Placer.Memory;
import dev.tallyman.agent.state.v1.EncodedHistoryFile;
import dev.tallyman.agent.state.v1.HistoryEntry;
import dev.tallyman.agent.state.v1.HistoryFile;
import dev.tallyman.agent.state.v1.OutcomeEntry;
import dev.tallyman.agent.state.v1.RetryEntry;
import dev.tallyman.agent.state.v1.RolloutEntry;
import dev.tallyman.agent.state.v1.RunEntry;
import dev.tallyman.agent.state.v1.WishEntry;
import dev.tallyman.agent.wire.Times;
import dev.tallyman.agent.wire.WorkloadReader;
import dev.tallyman.agent.wire.WorkloadWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What is remembered, as the message that is on disk, and back. */
final class HistoryFormat {

  private HistoryFormat() {}

  /**
   * The message.
   *
   * @param parts of the file that was written before
   */
  static EncodedHistoryFile write(Remembered remembered, Parts parts) {
    EncodedHistoryFile.Builder file = EncodedHistoryFile.newBuilder();
    remembered
        .history()
        .forEach(
            (uid, history) -> file.addEntries(parts.of(uid, history, () -> entry(uid, history))));
    parts.end();
    remembered.drainReason().ifPresent(why -> file.setDrained(true).setDrainReason(why));
    file.setPlacementsUnknown(
        switch (remembered.memory()) {
          case INTACT -> false;
          case NONE -> true;
        });
    return file.build();
  }

  /**
   * What the message says.
   *
   * @throws java.time.DateTimeException if a time in it is none
   */
  static Remembered read(HistoryFile file) {
    Map<String, History> history = HashMap.newHashMap(file.getEntriesCount());
    file.getEntriesList().forEach(entry -> history.put(entry.getUid(), history(entry)));
    return new Remembered(
        Map.copyOf(history),
        file.getDrained() ? Optional.of(file.getDrainReason()) : Optional.empty(),
        file.getPlacementsUnknown() ? Memory.NONE : Memory.INTACT);
  }

  private static HistoryEntry entry(String uid, History history) {
    HistoryEntry.Builder entry =
        HistoryEntry.newBuilder()
            .setUid(uid)
            .setSpecHash(history.specHash())
            .setRestarts(history.restarts())
            .setCrashes(history.crashes())
            .setAttempts(history.attempts())
            .setWish(
                switch (history.wish()) {
                  case NONE -> WishEntry.WISH_ENTRY_UNSPECIFIED;
                  case STOPPED -> WishEntry.WISH_ENTRY_STOPPED;
                  case RESTARTED -> WishEntry.WISH_ENTRY_RESTARTED;
                });
    entry.setAsked(history.asked()).putAllFollowed(history.followed());
    entry.setRollout(rollout(history.rollout()));
    history.runtime().ifPresent(entry::setRuntime);
    history.run().ifPresent(run -> entry.setRun(run(run)));
    history.retry().ifPresent(retry -> entry.setRetry(retry(retry)));
    history.outcome().ifPresent(outcome -> entry.setOutcome(outcome(outcome)));
    return entry.build();
  }

  private static History history(HistoryEntry entry) {
    return new History(
        entry.getSpecHash(),
        entry.getRuntime().isEmpty() ? Optional.empty() : Optional.of(entry.getRuntime()),
        entry.getRestarts(),
        entry.getCrashes(),
        entry.getAttempts(),
        entry.hasRun() ? Optional.of(run(entry.getRun())) : Optional.empty(),
        entry.hasRetry() ? Optional.of(retry(entry.getRetry())) : Optional.empty(),
        entry.hasOutcome() ? Optional.of(outcome(entry.getOutcome())) : Optional.empty(),
        switch (entry.getWish()) {
          case WISH_ENTRY_UNSPECIFIED -> History.Wish.NONE;
          case WISH_ENTRY_STOPPED -> History.Wish.STOPPED;
          case WISH_ENTRY_RESTARTED -> History.Wish.RESTARTED;
          case UNRECOGNIZED -> throw new IllegalArgumentException("wish: " + entry.getWishValue());
        },
        entry.getAsked(),
        entry.getFollowedMap(),
        rollout(entry.getRollout()));
  }

  private static RolloutEntry rollout(Rollout rollout) {
    RolloutEntry.Builder entry = RolloutEntry.newBuilder().setWhy(rollout.why());
    rollout
        .proven()
        .ifPresent(
            proven -> entry.setProven(WorkloadWriter.write(proven)).setFeed(proven.spec().feed()));
    rollout.rejected().ifPresent(entry::setRejected);
    return entry.build();
  }

  /** A proven workload that a later version's rules refuse cannot be put back. */
  private static Rollout rollout(RolloutEntry entry) {
    Optional<Workload> proven =
        entry.hasProven()
            ? switch (WorkloadReader.read(entry.getFeed(), entry.getProven())) {
              case Desired.Wanted wanted -> Optional.of(wanted.workload());
              case Desired.Refused _ -> Optional.<Workload>empty();
            }
            : Optional.empty();
    return new Rollout(
        proven,
        entry.getRejected().isEmpty() ? Optional.empty() : Optional.of(entry.getRejected()),
        entry.getWhy());
  }

  private static RunEntry run(History.Run run) {
    return RunEntry.newBuilder()
        .setInstanceId(run.instanceId())
        .setStartedAt(Times.write(run.startedAt()))
        .setEndCounted(!run.isOpen())
        .setTakenForLost(run.end() == History.End.TAKEN_FOR_LOST)
        .setCondemned(run.end() == History.End.CONDEMNED)
        .build();
  }

  private static History.Run run(RunEntry entry) {
    return new History.Run(
        entry.getInstanceId(),
        Times.read(entry.getStartedAt()),
        entry.getEndCounted()
            ? entry.getTakenForLost() ? History.End.TAKEN_FOR_LOST : History.End.COUNTED
            : entry.getCondemned() ? History.End.CONDEMNED : History.End.NOT_SEEN);
  }

  private static RetryEntry retry(History.Retry retry) {
    RetryEntry.Builder entry =
        RetryEntry.newBuilder()
            .setDecidedAt(Times.write(retry.decidedAt()))
            .setAt(Times.write(retry.at()))
            .setReason(retry.reason())
            .setMessage(retry.message());
    retry.lastExit().ifPresent(entry::setLastExit);
    return entry.build();
  }

  private static History.Retry retry(RetryEntry entry) {
    return new History.Retry(
        Times.read(entry.getDecidedAt()),
        Times.read(entry.getAt()),
        entry.getReason(),
        entry.getMessage(),
        entry.hasLastExit() ? OptionalInt.of(entry.getLastExit()) : OptionalInt.empty());
  }

  private static OutcomeEntry outcome(History.Outcome outcome) {
    OutcomeEntry.Builder entry =
        OutcomeEntry.newBuilder()
            .setSucceeded(outcome.phase() == Phase.SUCCEEDED)
            .setReason(outcome.reason())
            .setMessage(outcome.message())
            .setFinishedAt(Times.write(outcome.finishedAt()));
    outcome.exitCode().ifPresent(entry::setExitCode);
    outcome.startedAt().map(Times::write).ifPresent(entry::setStartedAt);
    return entry.build();
  }

  private static History.Outcome outcome(OutcomeEntry entry) {
    return new History.Outcome(
        entry.getSucceeded() ? Phase.SUCCEEDED : Phase.FAILED,
        entry.getReason(),
        entry.getMessage(),
        entry.hasExitCode() ? OptionalInt.of(entry.getExitCode()) : OptionalInt.empty(),
        entry.hasStartedAt() ? Optional.of(Times.read(entry.getStartedAt())) : Optional.empty(),
        Times.read(entry.getFinishedAt()));
  }
}
