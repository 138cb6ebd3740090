package dev.tallyman.cli.process;

/** What the process ends with. */
public final class ExitCodes {

  /** Done. */
  public static final int OK = 0;

  /** Tried and failed, or the answer is no. */
  public static final int FAILURE = 1;

  /** The command line, or the settings of a daemon, cannot be used. */
  public static final int USAGE = 2;

  /** The reader of the output went away; what a shell says of a process that SIGPIPE ended. */
  public static final int BROKEN_PIPE = 141;

  private ExitCodes() {}
}
