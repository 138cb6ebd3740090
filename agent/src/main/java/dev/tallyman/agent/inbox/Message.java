package dev.tallyman.agent.inbox;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.ActionFailure;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Something that happened, told to the Reconciler. */
public sealed interface Message {

  /** What a feed wanted when the agent last wrote that down; said once, at the start. */
  record FeedRemembered(FeedState state) implements Message {}

  /** Everything that a feed wants now, in place of what it wanted before. */
  record FeedSnapshot(FeedState state) implements Message {}

  /**
   * What a feed wants differently, which may be nothing: then it says that what is known of it
   * still holds. The feed has made sure that it fits on what it delivered or what was remembered.
   *
   * @param toRevision revision of the feed afterwards
   */
  record FeedDelta(
      String feed, String storeId, long toRevision, List<Desired> upserts, Set<String> removed)
      implements Message {}

  /** How a feed is. */
  record FeedChanged(FeedView view) implements Message {}

  /**
   * All instances that a runtime has.
   *
   * @param asOf a {@link Ticks} value from before the runtime was asked
   */
  record Listed(String runtime, List<Instance> instances, long asOf) implements Message {}

  /**
   * What a runtime has for one uid.
   *
   * @param asOf a {@link Ticks} value from before the runtime was asked
   */
  record Seen(String runtime, String uid, Optional<Instance> instance, long asOf)
      implements Message {}

  /**
   * A runtime hints that the instance of a uid may have changed.
   *
   * @param nanos {@link System#nanoTime()} when the hint arrived
   */
  record Changed(String runtime, String uid, Change change, long nanos) implements Message {}

  /** What a runtime says of a change. */
  enum Change {
    /** It was created or started, which says nothing to whoever knows that it runs. */
    STARTED,
    /** It may be anything. */
    ANY
  }

  /** A runtime answers. It counts as seen once it has been listed. */
  record RuntimeUp(String runtime, RuntimeInfo info) implements Message {}

  /** A runtime does not answer; also said of each runtime when it is found, before it answered. */
  record RuntimeDown(String runtime, String why) implements Message {}

  /** An action is at a new step. */
  record ActionProgressed(String uid, long actionId, Step step, String detail) implements Message {}

  /** The steps of a launch. */
  enum Step {
    PULLING,
    STARTING
  }

  /**
   * An action has ended. It is sent for every action exactly once, also for a cancelled one.
   *
   * @param failure why it did not succeed; empty when it did
   * @param sighting what the runtime has for the uid afterwards
   */
  record ActionEnded(String uid, long actionId, Optional<ActionFailure> failure, Sighting sighting)
      implements Message {}

  /** What was seen after an action. */
  sealed interface Sighting {
    /** The runtime was asked, or said so itself. */
    record Known(Optional<Instance> instance, long asOf) implements Sighting {}

    /** It could not be asked: nothing is known until the next look. */
    record Unknown() implements Sighting {}
  }

  /**
   * An operator asks for something.
   *
   * @param reply completes with empty when it was noted, or with the reason why it was not
   */
  record OperatorWish(String uid, History.Wish wish, CompletableFuture<Optional<String>> reply)
      implements Message {}

  /** The node is to stop everything and start nothing. */
  record Drain(String reason) implements Message {}

  /** The node is to serve again. */
  record Resume() implements Message {}

  /**
   * The agent ends, and what it runs is to be stopped first. That is not remembered.
   *
   * @param left told by the Reconciler's thread what still has to stop, at first and then at each
   *     change, as {@code STACK/NAME}; empty is the end. It must not block
   */
  record TakeDown(Consumer<Set<String>> left) implements Message {}

  /** What the probes of a run say from now on. */
  record HealthChanged(String uid, Health health) implements Message {}

  /**
   * A stack was handed over on the node's own socket: these workloads in place of those that it
   * had.
   *
   * @param reply completes when that is on disk, or with the reason why it was refused
   */
  record StackApplied(String stack, List<Desired> desired, CompletableFuture<StackAnswer> reply)
      implements Message {}

  /** What became of a stack that was handed over. */
  sealed interface StackAnswer {
    /** These uids are new or changed, and these are not wanted any more. */
    record Done(List<String> changed, List<String> removed) implements StackAnswer {}

    /** It was not taken over. */
    record Refused(Kind kind, String why) implements StackAnswer {}

    /** Why a stack was not taken over. */
    enum Kind {
      /** Another feed or stack has what it names. */
      CONFLICT,
      /** It could not be written to disk. */
      NOT_SAVED
    }
  }

  /** The desired state of a feed was written to disk at this revision or a later one. */
  record DesiredSaved(String feed, long revision) implements Message {}

  /** History was written to disk up to this point. */
  record HistorySaved(long sequence) implements Message {}

  /** The state directory could not be written. */
  record SaveFailed(String what, String why) implements Message {}

  /** Look at the time again. */
  record Tick() implements Message {}
}
