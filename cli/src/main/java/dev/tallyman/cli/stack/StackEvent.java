package dev.tallyman.cli.stack;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.proto.v1.NodeWorkload;
import java.time.Instant;
import java.util.Optional;

/** Something that happened while a command is at work on a stack. */
sealed interface StackEvent {

  /** A workload is like this now. */
  record Changed(NodeWorkload workload) implements StackEvent {}

  /** A workload is gone. */
  record Removed(String uid) implements StackEvent {}

  /** All that was there at the beginning has been told. */
  record Synced() implements StackEvent {}

  /** The agent tells no changes any more. */
  record Lost(Optional<CallFailure> why) implements StackEvent {}

  /** An instance has written a line. */
  record Wrote(String name, Optional<Instant> at, String text) implements StackEvent {}

  /** The output of a run has been read to its end, or cannot be read. */
  record RunRead(String uid, Optional<String> why) implements StackEvent {}

  /** A signal asked the command to end. */
  record Interrupted() implements StackEvent {}
}
