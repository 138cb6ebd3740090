package dev.tallyman.cli.client;

import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.Failures;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;

/**
 * A call failed. The message says to a person what failed and, where there is something, what to
 * do. The one place where gRPC's codes become sentences.
 */
public final class CallFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Status.Code code;

  private CallFailure(String message, Status.Code code, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The failure of a call to this peer. */
  static CallFailure of(Peer peer, Endpoint endpoint, Throwable failure) {
    Status status = Status.fromThrowable(failure);
    return new CallFailure(sentence(peer, endpoint, status, failure), status.getCode(), failure);
  }

  /** Whether the answer was that the request is wrong. */
  public boolean isInvalid() {
    return code == Status.Code.INVALID_ARGUMENT;
  }

  /** Whether the answer was that somebody known may not do it. */
  public boolean isDenied() {
    return code == Status.Code.PERMISSION_DENIED;
  }

  /** Whether the answer was that this cannot be done now. */
  public boolean isNotNow() {
    return code == Status.Code.FAILED_PRECONDITION;
  }

  /** Whether the answer was that there is no such thing. */
  public boolean isNotFound() {
    return code == Status.Code.NOT_FOUND;
  }

  /** Whether nobody could be asked. */
  public boolean isUnavailable() {
    return code == Status.Code.UNAVAILABLE;
  }

  private static String sentence(Peer peer, Endpoint endpoint, Status status, Throwable failure) {
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          cannotReach(peer, endpoint, failure)
              + switch (peer) {
                case CONTROL_PLANE ->
                    "\nStart it with 'tallyman control-plane', or name another one with --server"
                        + " or TALLYMAN_SERVER.";
                case NODE ->
                    "\nStart it with 'tallyman agent', or name another socket with --node-socket"
                        + " or TALLYMAN_NODE_SOCKET.";
              };
      case DEADLINE_EXCEEDED, UNIMPLEMENTED -> cannotReach(peer, endpoint, failure);
      case UNAUTHENTICATED ->
          peer + " refused the call: " + text(status) + "\nGive a token with --token-file.";
      case PERMISSION_DENIED -> peer + " refused the call: " + text(status);
      case INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, OUT_OF_RANGE ->
          text(status);
      case OK, CANCELLED, UNKNOWN, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, DATA_LOSS ->
          peer + " failed: " + text(status);
    };
  }

  private static String cannotReach(Peer peer, Endpoint endpoint, Throwable failure) {
    return peer + " does not answer: " + Failures.describe(endpoint, failure);
  }

  private static String text(Status status) {
    String description = status.getDescription();
    return description == null ? status.getCode().toString() : description;
  }

  /** Runs a call and turns its failure into one of these. */
  static <T> T translate(Peer peer, Endpoint endpoint, Call<T> call) {
    try {
      return call.run();
    } catch (StatusRuntimeException | StatusException e) {
      throw of(peer, endpoint, e);
    }
  }

  /** A call of a stub. */
  interface Call<T> {
    T run() throws StatusException;
  }
}
