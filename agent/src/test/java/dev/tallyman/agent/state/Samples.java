package dev.tallyman.agent.state;

import static java.util.stream.Collectors.toMap;

import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.Rollout;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Placer.Memory;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** State of which every field is set. What format 1 holds on disk; it must not change. */
final class Samples {

  private static final Instant T0 = Instant.parse("2026-11-22T08:00:00.123456789Z");

  private Samples() {}

  static FeedState desired(String feed, long revision) {
    InstanceSpec spec =
        new InstanceSpec(
            "u1",
            "shop",
            "web",
            Map.of("team", "a"),
            "busybox:1.36",
            List.of("sh", "-c"),
            List.of("exec sleep 1"),
            Map.of("GREETING", "a=b\nü"),
            Optional.of("/srv"),
            Optional.of("1000:1000"),
            Isolation.SANDBOX,
            new Limits(500, 64 << 20, 100),
            List.of(new PortBinding(80, 8080, "0.0.0.0", PortBinding.Protocol.UDP)),
            Optional.of("SIGINT"),
            Duration.ofSeconds(3),
            Optional.empty(),
            feed,
            List.of(),
            Map.of(),
            Surroundings.DEFAULT);
    Workload workload =
        Workload.of(
            7,
            spec,
            PullPolicy.ALWAYS,
            Optional.of("podman"),
            new RestartPolicy(
                RestartPolicy.Mode.ON_FAILURE,
                OptionalInt.of(5),
                new Backoff(Duration.ofMillis(1500), Duration.ofMinutes(2), Duration.ofHours(1))));
    return new FeedState(
        feed,
        "store-1",
        revision,
        List.of(
            new Desired.Wanted(workload),
            new Desired.Refused("u2", "db", "shop", 3, "InvalidSpec", "spec.image: missing")));
  }

  /** To all that a feed wants, from nothing. */
  static DesiredChange change(FeedState state) {
    return new DesiredChange(
        state.feed(),
        state.storeId(),
        state.revision(),
        state.desired().stream().collect(toMap(Desired::uid, Optional::of)));
  }

  /** To all that is remembered, from nothing. */
  static HistoryChange change(Remembered remembered) {
    Map<String, Optional<History>> changes = new HashMap<>();
    remembered.history().forEach((uid, history) -> changes.put(uid, Optional.of(history)));
    return new HistoryChange(changes, remembered.drainReason(), remembered.memory());
  }

  /** A workload of a stack whose place another one is to take. */
  static FeedState desiredOfAStack() {
    Workload former = ((Desired.Wanted) desired("stacks", 1).desired().getFirst()).workload();
    return new FeedState("stacks", "whole", 9, List.of(new Desired.Outgoing(former, "u3")));
  }

  /** What is remembered of a workload of a stack, with a spec that was rolled back. */
  static Remembered rememberedOfAStack() {
    Workload proven = ((Desired.Wanted) desired("stacks", 1).desired().getFirst()).workload();
    History history =
        History.begin("abc")
            .askedAgain()
            .withRun(new History.Run("id-1", T0, History.End.CONDEMNED))
            .following(Map.of("db", "id-9@2"))
            .rolling(Rollout.NONE.proving(proven).rejecting("def", "It ended early."));
    History lost =
        History.begin("ghi")
            .withRun(new History.Run("id-2", T0, History.End.TAKEN_FOR_LOST))
            .restarted(1);
    return new Remembered(Map.of("u1", history, "u2", lost), Optional.empty(), Memory.INTACT);
  }

  /** An agent that has seen nothing yet. */
  static final Remembered NOTHING = new Remembered(Map.of(), Optional.empty(), Memory.NONE);

  static Remembered remembered() {
    return new Remembered(
        Map.of(
            "u1",
            new History(
                "abc",
                Optional.of("podman"),
                4,
                3,
                2,
                Optional.of(new History.Run("id-1", T0, History.End.COUNTED)),
                Optional.of(
                    new History.Retry(
                        T0, T0.plusSeconds(10), "CrashLoop", "Again.", OptionalInt.of(0))),
                Optional.empty(),
                History.Wish.STOPPED,
                0,
                Map.of(),
                Rollout.NONE),
            "u2",
            new History(
                "def",
                Optional.empty(),
                0,
                0,
                0,
                Optional.of(new History.Run("id-2", T0, History.End.NOT_SEEN)),
                Optional.empty(),
                Optional.of(
                    new History.Outcome(
                        Phase.FAILED,
                        "ExitCodeUnknown",
                        "Nobody saw it.",
                        OptionalInt.empty(),
                        Optional.of(T0),
                        T0.plusSeconds(1))),
                History.Wish.RESTARTED,
                0,
                Map.of(),
                Rollout.NONE),
            "u3",
            History.begin("ghi")
                .ended(
                    new History.Outcome(
                        Phase.SUCCEEDED,
                        "Completed",
                        "",
                        OptionalInt.of(0),
                        Optional.empty(),
                        T0))),
        Optional.of("maintenance"),
        Memory.INTACT);
  }
}
