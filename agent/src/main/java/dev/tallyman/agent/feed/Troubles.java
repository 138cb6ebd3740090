package dev.tallyman.agent.feed;

import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.Failures;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/** Says for people why there is no connection, and what to do about it. Pure. */
final class Troubles {

  private Troubles() {}

  /** A sentence about the end of a session; empty for one that is no trouble. */
  static Optional<String> sentence(Endpoint endpoint, SessionEnd end) {
    return switch (end) {
      case SessionEnd.ByPeer(Throwable failure) -> Optional.of(ofPeer(endpoint, failure));
      case SessionEnd.ByUs(String reason) -> Optional.of(endpoint + ": " + reason);
      case SessionEnd.Renewed _, SessionEnd.Closed _ -> Optional.empty();
    };
  }

  /**
   * What kind of trouble it is, to tell a new one from the old one whose sentence only counts on;
   * empty for one that is none.
   */
  static Optional<String> kind(SessionEnd end) {
    return switch (end) {
      case SessionEnd.ByPeer(Throwable failure) ->
          Optional.of(Status.fromThrowable(failure).getCode().name());
      case SessionEnd.ByUs(String reason) -> Optional.of(reason);
      case SessionEnd.Renewed _, SessionEnd.Closed _ -> Optional.empty();
    };
  }

  /** The sentence with its full stop. */
  static String ended(String sentence) {
    return sentence.endsWith(".") ? sentence : sentence + ".";
  }

  /** A length of time as people write it: {@code 40 s}, {@code 600 ms}. */
  static String text(Duration time) {
    return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private static String ofPeer(Endpoint endpoint, Throwable failure) {
    String what = Failures.describe(endpoint, failure);
    return switch (Status.fromThrowable(failure).getCode()) {
      case ALREADY_EXISTS ->
          "Another agent is connected under this node's name; stop it, or give one of the two"
              + " another node name. "
              + what;
      case UNAUTHENTICATED ->
          "The control plane does not know this node's token; give it the right one in its token"
              + " file. "
              + what;
      case PERMISSION_DENIED ->
          "The token is another node's; give this node its own, or the node name that goes with"
              + " the token. "
              + what;
      case INVALID_ARGUMENT ->
          "The control plane refuses what this agent says; do their versions fit? " + what;
      case OK,
          CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          UNAVAILABLE,
          DATA_LOSS ->
          what;
    };
  }
}
