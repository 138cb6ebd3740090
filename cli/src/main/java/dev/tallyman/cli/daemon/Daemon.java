package dev.tallyman.cli.daemon;

import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A program that runs until it is told to stop. */
public interface Daemon {

  /** Its command: {@code agent}. Its settings file is called the same, with {@code .yaml}. */
  String name();

  /** What it is, for the command's help; one sentence a line. */
  List<String> description();

  /** All its settings. */
  List<Setting<?>> settings();

  /**
   * Starts it. When this returns, it works.
   *
   * @param onDefect to be called, from any thread, when it cannot go on: its process ends then
   * @throws dev.tallyman.config.fault.FaultsException when settings that are right alone are wrong
   *     together, or do not suit this host
   * @throws dev.tallyman.transport.TransportException when a socket cannot be had
   * @throws StartFailure when something else that it needs cannot be had
   */
  Running start(Settings settings, Runnable onDefect);

  /** A daemon at work. */
  interface Running {

    /** How it shows that it lives; empty for one that cannot. */
    Optional<Pulse> pulse();

    /**
     * Stops it in an orderly way and returns when it is done.
     *
     * @param progress to be told how it goes, every five seconds at least while that takes longer
     */
    void stop(Consumer<String> progress);
  }

  /** A daemon could not start. The message is for the person who starts it. */
  final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a message that says what is missing and what to do. */
    public StartFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
