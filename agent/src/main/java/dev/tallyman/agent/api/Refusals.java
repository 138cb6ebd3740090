package dev.tallyman.agent.api;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the node service says no: each kind of refusal has one gRPC status, and each a sentence. What
 * is none of these is a defect: the caller gets INTERNAL, the log the rest.
 */
final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  /** The request breaks a rule. */
  static StatusRuntimeException invalid(String field, String value, String expected) {
    return refusal(Status.INVALID_ARGUMENT, field + ": " + value + " (expected: " + expected + ")");
  }

  /** The request breaks rules. */
  static StatusRuntimeException invalid(String faults) {
    return refusal(Status.INVALID_ARGUMENT, faults);
  }

  /** Somebody else has it. */
  static StatusRuntimeException taken(String why) {
    return refusal(Status.ALREADY_EXISTS, why);
  }

  /** There is no such thing. */
  static StatusRuntimeException notFound(String field, String value, String expected) {
    return refusal(Status.NOT_FOUND, field + ": " + value + " (expected: " + expected + ")");
  }

  /** It cannot be done now, as things are. */
  static StatusRuntimeException notNow(String why) {
    return refusal(Status.FAILED_PRECONDITION, why);
  }

  /** The agent cannot answer; nobody knows whether it was done. */
  static StatusRuntimeException unavailable(String why) {
    return refusal(Status.UNAVAILABLE, why);
  }

  /** There is more of it than there may be. */
  static StatusRuntimeException tooMuch(String why) {
    return refusal(Status.RESOURCE_EXHAUSTED, why);
  }

  private static StatusRuntimeException refusal(Status kind, String sentence) {
    return kind.withDescription(sentence).asRuntimeException();
  }

  /** Ends a call that met a failure. */
  static void end(String call, StreamObserver<?> answer, RuntimeException failure) {
    if (failure instanceof StatusRuntimeException refusal) {
      answer.onError(refusal);
      return;
    }
    log.error("Call {} of the node service met a defect", call, failure);
    answer.onError(
        Status.INTERNAL
            .withDescription("a defect of the agent; its log has it")
            .asRuntimeException());
  }
}
