package dev.tallyman.cli.stack;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.output.Screen;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.proto.v1.NodeWorkload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** Shows what workloads have written and, if so asked, go on to write. For one thread. */
public final class StackLogs {

  private static final Duration TICK = Duration.ofMillis(500);

  /** Whether to go on with what is written from now on. */
  public enum Follow {
    NO,
    YES
  }

  private final Host host;
  private final NodeLink agent;
  private final LogFormat format;
  private final Follow follow;
  private final OptionalInt tail;

  /**
   * @param tail how many lines of the past of each are wanted; empty for all
   */
  public StackLogs(
      Host host, NodeLink agent, LogFormat.Times times, Follow follow, OptionalInt tail) {
    Optional<Screen> screen = host.screen().get();
    this.host = host;
    this.agent = agent;
    this.format = new LogFormat(times, LogTargets.of(host, screen));
    this.follow = follow;
    this.tail = tail;
  }

  /**
   * Shows them.
   *
   * @param stack the stack to watch; empty for all
   * @param wanted which of its workloads
   * @return the command's exit code
   * @throws CallFailure when the agent does not answer
   */
  public int show(String stack, Predicate<NodeWorkload> wanted) throws InterruptedException {
    List<NodeWorkload> workloads = agent.list(stack).stream().filter(wanted).toList();
    format.name(workloads.stream().map(StackLogs::name).toList());
    return switch (follow) {
      case NO -> past(workloads);
      case YES -> ongoing(stack, wanted);
    };
  }

  private int past(List<NodeWorkload> workloads) throws InterruptedException {
    List<String> troubles = new ArrayList<>();
    StackEvents events = new StackEvents();
    try (LogReaders readers = new LogReaders(agent, events, LogReaders.End.NOW, tail)) {
      workloads.forEach(readers::changed);
      while (readers.isActive()) {
        Optional<StackEvent> event = events.next(TICK);
        event.ifPresent(happened -> write(happened, readers, troubles));
        if (!events.hasMore()) {
          host.out().flush();
        }
      }
    }
    if (!troubles.isEmpty()) {
      throw CommandFailure.failed(String.join("\n", troubles));
    }
    return ExitCodes.OK;
  }

  private int ongoing(String stack, Predicate<NodeWorkload> wanted) throws InterruptedException {
    StackEvents events = new StackEvents();
    var _ = events.follow(agent.watch(stack));
    try (LogReaders readers = new LogReaders(agent, events, LogReaders.End.WITH_INSTANCE, tail)) {
      while (true) {
        Optional<StackEvent> event = events.next(TICK);
        if (event.isPresent()) {
          switch (event.get()) {
            case StackEvent.Changed(NodeWorkload workload) -> {
              if (wanted.test(workload)) {
                format.name(List.of(name(workload)));
                readers.changed(workload);
              }
            }
            case StackEvent.Lost(Optional<CallFailure> why) ->
                throw why.<RuntimeException>map(failure -> failure)
                    .orElseGet(() -> CommandFailure.failed("the agent has ended"));
            case StackEvent.Removed _,
                StackEvent.Synced _,
                StackEvent.Interrupted _,
                StackEvent.Wrote _,
                StackEvent.RunRead _ ->
                write(event.get(), readers, new ArrayList<>());
          }
        }
        if (!events.hasMore()) {
          host.out().flush();
        }
      }
    }
  }

  private void write(StackEvent event, LogReaders readers, List<String> troubles) {
    if (event instanceof StackEvent.Wrote(String name, Optional<Instant> at, String text)) {
      host.out().line(format.line(name, at, text));
    } else if (event instanceof StackEvent.RunRead(String uid, Optional<String> why)) {
      why.ifPresent(troubles::add);
      readers.ended(uid);
    }
  }

  private static String name(NodeWorkload workload) {
    return workload.getStatus().getName();
  }
}
