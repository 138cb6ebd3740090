package dev.tallyman.cli.output;

import java.io.IOException;

/** Output could not be written. */
public final class OutputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutputException(IOException cause) {
    super(cause);
  }

  /** Whether the reader went away, as {@code head} does: then there is nobody to complain to. */
  public boolean isBrokenPipe() {
    return reason().contains("Broken pipe");
  }

  /** Why, in a few words. */
  public String reason() {
    return String.valueOf(String.valueOf(getCause()).replaceFirst("^[\\w.]+: ", ""));
  }
}
