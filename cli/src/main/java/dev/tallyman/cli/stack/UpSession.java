package dev.tallyman.cli.stack;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.output.Output;
import dev.tallyman.cli.output.OutputException;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.process.Interrupts;
import dev.tallyman.compose.translate.Stack.OnFailure;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.VolumeFate;
import dev.tallyman.proto.v1.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One {@code up}: hands the stack over, shows how it comes up, and then leaves it alone or stays
 * with it until a signal asks to end. For one thread.
 */
public final class UpSession {

  private static final Duration TICK = Duration.ofMillis(500);

  /** What comes after the stack is up. */
  public enum After {
    /** The command ends; the agent keeps the stack. */
    LEAVE,
    /** The command shows what the stack writes, and takes it down when it is asked to end. */
    FOLLOW
  }

  /**
   * What the person wants.
   *
   * @param onFailure what becomes of what this {@code up} started when something does not come up
   * @param timeout how long the stack may take to come up; empty for as long as it takes
   */
  public record Wishes(After after, OnFailure onFailure, Optional<Duration> timeout) {}

  /** How the time until the stack is up ended. */
  private sealed interface Start {
    record Up() implements Start {}

    record Failed(List<String> whys) implements Start {}

    record Interrupted() implements Start {}
  }

  private final Host host;
  private final Optional<Screen> screen;
  private final NodeLink agent;
  private final Wishes wishes;
  private final StackEvents events;
  private final Interrupts interrupts;
  private final Map<String, NodeWorkload> now = new HashMap<>();

  /** A terminal that is closed must not keep the stack from being taken down. */
  private final Output err;

  /**
   * @param events told of signals
   * @param interrupts asked how many signals there were
   */
  public UpSession(
      Host host, NodeLink agent, Wishes wishes, StackEvents events, Interrupts interrupts) {
    this.host = host;
    this.screen = host.screen().get();
    this.agent = agent;
    this.wishes = wishes;
    this.events = events;
    this.interrupts = interrupts;
    this.err = host.err().whileItLasts();
  }

  /**
   * Runs until the command is to end.
   *
   * @param stack the stack's name
   * @param workloads what to hand over, in the order in which they are shown
   * @return the command's exit code
   * @throws CommandFailure when the agent refuses the stack
   * @throws CallFailure when the agent does not answer
   */
  public int run(String stack, List<Workload> workloads) throws InterruptedException {
    Set<String> before = new HashSet<>();
    agent.list(stack).forEach(workload -> before.add(workload.getStatus().getUid()));
    apply(stack, workloads);
    Map<String, String> names = new LinkedHashMap<>();
    workloads.forEach(workload -> names.put(workload.getUid(), workload.getName()));
    var _ = events.follow(agent.watch(stack));
    try {
      return attend(stack, workloads, before, new ProgressBoard(names));
    } catch (OutputException nobodyReads) {
      // As after a signal: without this command nobody stays with the stack.
      switch (wishes.after()) {
        case LEAVE -> {}
        case FOLLOW -> {
          var _ = takeDown(stack);
        }
      }
      throw nobodyReads;
    } finally {
      err.flush();
    }
  }

  private int attend(
      String stack, List<Workload> workloads, Set<String> before, ProgressBoard board)
      throws InterruptedException {
    return switch (start(board)) {
      case Start.Up _ ->
          switch (wishes.after()) {
            case LEAVE -> ExitCodes.OK;
            case FOLLOW -> follow(stack);
          };
      case Start.Failed(List<String> whys) -> {
        whys.forEach(why -> err.line("error: " + why));
        err.flush();
        afterFailure(stack, workloads, before);
        yield ExitCodes.FAILURE;
      }
      case Start.Interrupted _ -> takeDown(stack);
    };
  }

  private void apply(String stack, List<Workload> workloads) {
    try {
      var _ = agent.apply(stack, workloads);
    } catch (CallFailure e) {
      if (!e.isInvalid()) {
        throw e;
      }
      throw CommandFailure.failed(
          "the agent refuses the stack "
              + stack
              + ":"
              + String.valueOf(e.getMessage())
                  .lines()
                  .map(line -> "\n  " + line)
                  .reduce("", String::concat));
    }
  }

  private Start start(ProgressBoard board) throws InterruptedException {
    ProgressView view = new ProgressView(host.out(), screen);
    Optional<Instant> end = wishes.timeout().map(host.clock().instant()::plus);
    boolean synced = false;
    while (true) {
      Optional<StackEvent> event = events.next(TICK);
      Instant time = host.clock().instant();
      if (event.isPresent()) {
        switch (event.get()) {
          case StackEvent.Changed(NodeWorkload workload) -> {
            changed(workload);
            board.changed(workload, time);
          }
          case StackEvent.Removed(String uid) -> {
            now.remove(uid);
            board.removed(uid);
          }
          case StackEvent.Synced _ -> synced = true;
          case StackEvent.Lost(Optional<CallFailure> why) -> throw lost(why);
          case StackEvent.Interrupted _, StackEvent.Wrote _, StackEvent.RunRead _ -> {}
        }
      }
      if (interrupts.count() > 0) {
        return new Start.Interrupted();
      }
      if (!synced || events.hasMore()) {
        continue;
      }
      view.show(board.rows(time));
      switch (board.verdict(time)) {
        case ProgressBoard.Verdict.Up _ -> {
          return new Start.Up();
        }
        case ProgressBoard.Verdict.Failed(List<String> whys) -> {
          return new Start.Failed(whys);
        }
        case ProgressBoard.Verdict.Underway _ -> {
          if (end.filter(time::isAfter).isPresent()) {
            return new Start.Failed(
                List.of("not everything came up in time: " + board.missing(time)));
          }
        }
      }
    }
  }

  /** What an operator has stopped is started again by an {@code up}. */
  private void changed(NodeWorkload workload) {
    String uid = workload.getStatus().getUid();
    boolean first = now.put(uid, workload) == null;
    if (first && workload.getStatus().getReason().equals("StoppedByOperator")) {
      agent.restart(uid);
    }
  }

  private static CommandFailure lost(Optional<CallFailure> why) {
    return CommandFailure.failed(
        "the agent does not answer any more"
            + why.map(failure -> ": " + failure.getMessage()).orElse("; the stack stays as it is"));
  }

  private void afterFailure(String stack, List<Workload> workloads, Set<String> before)
      throws InterruptedException {
    List<Workload> older =
        workloads.stream().filter(workload -> before.contains(workload.getUid())).toList();
    switch (wishes.onFailure()) {
      case KEEP ->
          err.line(
              "note: what was started stays; the agent goes on with it. To remove it: tallyman"
                  + " down -p "
                  + stack);
      case ROLL_BACK -> {
        if (older.isEmpty()) {
          report(stack, down(stack));
        } else if (older.size() < workloads.size()) {
          apply(stack, older);
          err.line(
              "note: what this up had added is taken down again: "
                  + String.join(
                      ", ",
                      workloads.stream()
                          .filter(workload -> !before.contains(workload.getUid()))
                          .map(Workload::getName)
                          .toList()));
        } else {
          err.line("note: this up had started nothing new; the stack stays as it is");
        }
      }
    }
  }

  private int follow(String stack) throws InterruptedException {
    LogFormat format = new LogFormat(LogFormat.Times.HIDDEN, LogTargets.of(host, screen));
    try (LogReaders readers =
        new LogReaders(agent, events, LogReaders.End.WITH_INSTANCE, OptionalInt.empty())) {
      format.name(now.values().stream().map(w -> w.getStatus().getName()).toList());
      now.values().forEach(readers::changed);
      while (interrupts.count() == 0) {
        Optional<StackEvent> event = events.next(TICK);
        if (event.isPresent()) {
          switch (event.get()) {
            case StackEvent.Changed(NodeWorkload workload) -> {
              format.name(List.of(workload.getStatus().getName()));
              now.put(workload.getStatus().getUid(), workload);
              readers.changed(workload);
            }
            case StackEvent.Removed(String uid) -> now.remove(uid);
            case StackEvent.Wrote(String name, Optional<Instant> at, String text) ->
                host.out().line(format.line(name, at, text));
            case StackEvent.RunRead(String uid, Optional<String> why) -> {
              why.ifPresent(text -> err.line("note: no more output: " + text));
              readers.ended(uid);
            }
            case StackEvent.Lost(Optional<CallFailure> why) -> throw lost(why);
            case StackEvent.Synced _, StackEvent.Interrupted _ -> {}
          }
        }
        if (!events.hasMore()) {
          host.out().flush();
          if (now.isEmpty()) {
            err.line("note: stack " + stack + " was taken down by somebody else");
            return ExitCodes.OK;
          }
          if (!readers.isActive() && now.values().stream().allMatch(UpSession::hasEnded)) {
            return ended(stack);
          }
        }
      }
    }
    return takeDown(stack);
  }

  private static boolean hasEnded(NodeWorkload workload) {
    Phase phase = workload.getStatus().getPhase();
    return phase == Phase.PHASE_SUCCEEDED || phase == Phase.PHASE_FAILED;
  }

  /** Nothing runs any more and nothing will: there is nothing to stay for. */
  private int ended(String stack) throws InterruptedException {
    boolean failed =
        now.values().stream().anyMatch(w -> w.getStatus().getPhase() == Phase.PHASE_FAILED);
    now.values().stream()
        .filter(w -> w.getStatus().getPhase() == Phase.PHASE_FAILED)
        .forEach(
            w -> err.line("error: " + w.getStatus().getName() + ": " + w.getStatus().getMessage()));
    report(stack, down(stack));
    return failed ? ExitCodes.FAILURE : ExitCodes.OK;
  }

  private int takeDown(String stack) throws InterruptedException {
    err.line("taking " + stack + " down; a second signal ends the waiting");
    err.flush();
    report(stack, down(stack));
    return interrupts.exitCode().orElse(ExitCodes.FAILURE);
  }

  private Takedown.Outcome down(String stack) throws InterruptedException {
    return new Takedown(agent, new ProgressView(err, Optional.empty()), this::isImpatient)
        .run(stack, VolumeFate.VOLUME_FATE_KEEP, Optional.empty());
  }

  private boolean isImpatient() {
    return interrupts.count() > 1;
  }

  private void report(String stack, Takedown.Outcome outcome) {
    switch (outcome) {
      case Takedown.Outcome.Gone(Removal removed) -> removed.lines(stack).forEach(err::line);
      case Takedown.Outcome.Unfinished(Set<String> left) ->
          err.line(
              "note: not waited for: %s; to finish it: tallyman down -p %s"
                  .formatted(String.join(", ", left), stack));
    }
    err.flush();
  }
}
