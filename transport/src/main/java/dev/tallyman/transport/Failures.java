package dev.tallyman.transport;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import javax.net.ssl.SSLException;

/** Says in one sentence why a call failed, for logs and for people. */
public final class Failures {

  /** How gRPC begins its description when the peer closes without a word. */
  private static final String CLOSED = "Network closed for unknown reason";

  private Failures() {}

  /**
   * Describes the failure of a call to the endpoint: who did not answer and why. It holds no stack
   * trace and nothing of the transport's inside.
   *
   * @param failure what the stub threw, or what a stream's {@code onError} got
   */
  public static String describe(Endpoint endpoint, Throwable failure) {
    Status status = Status.fromThrowable(failure);
    return switch (status.getCode()) {
      case UNAVAILABLE -> unavailable(endpoint, status);
      case DEADLINE_EXCEEDED -> endpoint + ": no answer in time";
      case UNIMPLEMENTED ->
          endpoint + ": speaks gRPC but does not offer this call (another program or version?)";
      case OK,
          CANCELLED,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          endpoint + ": " + firstLine(status);
    };
  }

  private static String unavailable(Endpoint endpoint, Status status) {
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      switch (t) {
        case UnknownHostException _ -> {
          return endpoint + ": no address for this name";
        }
        case SSLException tls -> {
          return endpoint + ": TLS handshake failed: " + rootMessage(tls);
        }
        case AccessDeniedException _ -> {
          return endpoint + ": permission denied";
        }
        case ConnectException refused -> {
          return endpoint + ": nothing listens there: " + rootMessage(refused);
        }
        default -> {
          // The cause below may say more.
        }
      }
    }
    if (status.getDescription() != null && status.getDescription().startsWith(CLOSED)) {
      return endpoint + ": closed the connection before it was of use " + hint(endpoint);
    }
    Throwable cause = status.getCause();
    return endpoint
        + ": not available: "
        + (cause == null ? firstLine(status) : rootMessage(cause));
  }

  /** Why a server that listens might not want to talk. */
  private static String hint(Endpoint endpoint) {
    return switch (endpoint) {
      case Endpoint.UnixSocket _ ->
          "(it may run as another user: only its own and root may connect)";
      case Endpoint.HostPort _ -> "(it may expect TLS, or none)";
    };
  }

  static String rootMessage(Throwable t) {
    Throwable root = t;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }

  private static String firstLine(Status status) {
    String description = status.getDescription();
    return description == null
        ? status.getCode().toString()
        : description.lines().findFirst().orElse(status.getCode().toString());
  }
}
