package dev.tallyman.agent.state;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state directory cannot be used: it belongs to somebody else, is in use, is full, or cannot be
 * read or written. The message names the path and says what to do.
 */
public final class StateException extends Exception {

  private static final long serialVersionUID = 1L;

  StateException(String message) {
    super(message);
  }

  private StateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message: what cannot be done, why, and what to do about it. */
  public String why() {
    return String.valueOf(getMessage());
  }

  /**
   * Says what an error of the file system means for a path.
   *
   * @param doing what was tried, such as {@code write}
   */
  static StateException of(String doing, Path path, IOException error) {
    return new StateException("Cannot " + doing + " " + path + ": " + why(error), error);
  }

  private static String why(IOException error) {
    return switch (error) {
      case NoSuchFileException _ -> "it, or the folder that it is in, does not exist.";
      case AccessDeniedException _ -> "permission denied; the agent's user must own it.";
      case FileSystemException failure ->
          explain(Optional.ofNullable(failure.getReason()).orElse("the file system refuses it"));
      default ->
          explain(Optional.ofNullable(error.getMessage()).orElse(error.getClass().getSimpleName()));
    };
  }

  /** The JDK passes the operating system's own words on; these have a remedy. */
  private static String explain(String reason) {
    if (reason.contains("No space left")) {
      return "the disk is full; free some space, it is tried again.";
    }
    if (reason.contains("quota")) {
      return "the disk quota is used up; free some space, it is tried again.";
    }
    if (reason.contains("Read-only file system")) {
      return "the file system is mounted read-only.";
    }
    return reason + ".";
  }
}
