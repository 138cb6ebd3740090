package dev.tallyman.runtime.apple.command;

/** A call did not come to its own end. */
public abstract sealed class CallFailed extends Exception {

  private CallFailed(String message) {
    super(message);
  }

  /** Its time was up, and it was killed. It may have done what it was to do. */
  public static final class TooLate extends CallFailed {
    public TooLate(String message) {
      super(message);
    }
  }

  /** It did not begin, because the calls before it did not end. */
  public static final class NoTurn extends CallFailed {
    public NoTurn(String message) {
      super(message);
    }
  }

  /** The runner was closed. */
  public static final class Closed extends CallFailed {
    public Closed() {
      super("the runtime was closed");
    }
  }

  /** The program cannot be run, or its output not be kept. */
  public static final class NotRunnable extends CallFailed {
    public NotRunnable(String message) {
      super(message);
    }
  }
}
