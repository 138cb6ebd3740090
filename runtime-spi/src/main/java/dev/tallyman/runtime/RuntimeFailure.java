package dev.tallyman.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Why a runtime did not do what it was asked. The kinds say what a caller can do; the message is
 * written for a person and names the engine, the thing and the cause.
 */
public abstract sealed class RuntimeFailure extends RuntimeException {

  private RuntimeFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Nobody answers at the engine's socket. Nothing is known of its instances; try later. */
  public static final class Unavailable extends RuntimeFailure {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The engine did not answer in time. It may have done it: look again. */
  public static final class TimedOut extends RuntimeFailure {
    public TimedOut(String message) {
      super(message, null);
    }
  }

  /** The calling thread was interrupted. The engine may have done it: look again. */
  public static final class Cancelled extends RuntimeFailure {
    public Cancelled(String message) {
      super(message, null);
    }
  }

  /** The workload has no instance here. */
  public static final class InstanceNotFound extends RuntimeFailure {
    public InstanceNotFound(String message) {
      super(message, null);
    }
  }

  /** The engine, or the registry when pulling, does not have the image. */
  public static final class ImageNotFound extends RuntimeFailure {
    public ImageNotFound(String message) {
      super(message, null);
    }
  }

  /** The registry wants other credentials. */
  public static final class PullDenied extends RuntimeFailure {
    public PullDenied(String message) {
      super(message, null);
    }
  }

  /** The registry could not be reached, or broke off. Trying again can help. */
  public static final class PullFailed extends RuntimeFailure {
    public PullFailed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Something that only one can have is taken. It helps to try again when it was given back. */
  public static final class Conflict extends RuntimeFailure {

    /** What is taken. */
    public enum Subject {
      /** The instance's name, by an instance that is not ours. */
      NAME,
      /** A port of the host. */
      PORT,
      /**
       * A network or volume: its name belongs to one that is not this stack's, or it is in use and
       * cannot be removed.
       */
      ASSET
    }

    private final Subject subject;

    public Conflict(Subject subject, String message) {
      super(message, null);
      this.subject = subject;
    }

    /** What is taken. */
    public Subject subject() {
      return subject;
    }
  }

  /**
   * The engine refuses the spec, or the image has no such command: the same again will not help.
   */
  public static final class InvalidSpec extends RuntimeFailure {
    public InvalidSpec(String message) {
      super(message, null);
    }
  }

  /** The engine cannot give what the spec asks for, or cannot prove that it does. */
  public static final class Unsupported extends RuntimeFailure {
    public Unsupported(String message) {
      super(message, null);
    }
  }

  /** The engine failed in a way that has no kind of its own. */
  public static final class Internal extends RuntimeFailure {
    public Internal(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
