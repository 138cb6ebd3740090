package dev.tallyman.cli.process;

/** A command could not do what it was asked. The message is for the person who asked. */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** It was tried and failed, or the answer is no. */
  public static CommandFailure failed(String message) {
    return new CommandFailure(ExitCodes.FAILURE, message);
  }

  /** The command line, or the settings of a daemon, cannot be used. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCodes.USAGE, message);
  }

  /** What the process ends with. */
  public int exitCode() {
    return exitCode;
  }
}
