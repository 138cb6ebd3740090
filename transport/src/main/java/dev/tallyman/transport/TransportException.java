package dev.tallyman.transport;

import org.jspecify.annotations.Nullable;

/**
 * A channel cannot be opened, or a server cannot be started, as it was asked for. The message is
 * for the person who configured it: it names the endpoint or file, what is wrong and what is
 * expected.
 */
public final class TransportException extends RuntimeException {

  TransportException(String message) {
    super(message);
  }

  TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
