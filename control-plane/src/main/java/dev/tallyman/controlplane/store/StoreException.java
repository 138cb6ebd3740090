package dev.tallyman.controlplane.store;

import org.jspecify.annotations.Nullable;

/**
 * The storage cannot be opened, read or written. The message names the file, the cause and what to
 * do. A write that threw it changed nothing, unless the message says that this is not known.
 */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
