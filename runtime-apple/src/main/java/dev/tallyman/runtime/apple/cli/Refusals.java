package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.apple.command.CallFailed;
import dev.tallyman.runtime.apple.command.Finished;
import java.util.regex.Pattern;

/**
 * Says what an error of the command means to a caller. Its words are no stable interface: their
 * form changed at 0.10, so parts of them are looked for and never whole lines. What fits nothing is
 * {@link RuntimeFailure.Internal}: a caller looks again and tries later.
 */
public final class Refusals {

  private static final int USAGE = 64;

  private static final Pattern DOWN =
      pattern(
          "XPC connection error|container system service has been started|unauthorized request");
  private static final Pattern LATE = pattern("XPC timeout");
  private static final Pattern NOT_FOUND = pattern("not found|no such");
  private static final Pattern TAKEN = pattern("already exists?\\b|hostname\\(s\\) already exist");
  private static final Pattern PORT_TAKEN = pattern("address already in use");
  private static final Pattern LOST =
      pattern("expected to be in created state|no (runtime|sandbox) client exists");
  private static final Pattern NO_SUCH_COMMAND =
      pattern("failed to find target executable|executable file not found");
  private static final Pattern SPEC_REFUSED =
      pattern(
          "failed to find target executable|executable file not found"
              + "|permission denied while binding|does not exist|is not a directory"
              + "|not a valid|invalid|must be|less than|minimum|exceeds|overlap"
              + "|command/entrypoint not specified|unsupported|unable to find user"
              + "|network .*not found|unknown capability");
  private static final Pattern IN_USE =
      pattern("with referring containers|in use|delete failed for one or more");
  private static final Pattern PULL_DENIED =
      pattern("\\b401\\b|\\b403\\b|unauthorized|forbidden|denied|authentication|-25308|keychain");
  private static final Pattern PULL_NOT_FOUND = pattern("not ?found|\\b404\\b|manifest unknown");
  private static final Pattern NO_PLUGIN = pattern("Plugin 'container-network' not found");

  private final String engine;

  /**
   * @param engine the engine for people, such as {@code apple (/usr/local/bin/container)}
   */
  public Refusals(String engine) {
    this.engine = engine;
  }

  /** What it means that a call ended with a code that is not 0. */
  RuntimeFailure of(Verb verb, String subject, Finished end) {
    return of(verb, subject, end.exitCode(), end.errors());
  }

  /** The same for words that were kept. */
  public RuntimeFailure of(Verb verb, String subject, int exitCode, String errors) {
    String text = text(verb, subject, words(exitCode, errors));
    if (says(DOWN, errors)) {
      return new RuntimeFailure.Unavailable(
          text + " (the system service of Apple's container does not run)", null);
    }
    if (says(LATE, errors)) {
      return new RuntimeFailure.TimedOut(text + "; it may have been done");
    }
    if (exitCode == USAGE && says(NO_PLUGIN, errors)) {
      return new RuntimeFailure.Unsupported(text + " (networks need macOS 26)");
    }
    if (exitCode == USAGE && verb == Verb.CREATE) {
      return new RuntimeFailure.Unsupported(text);
    }
    return switch (verb) {
      case CREATE -> {
        if (says(TAKEN, errors)) {
          yield new Conflict(Conflict.Subject.NAME, text);
        }
        yield says(SPEC_REFUSED, errors)
            ? new RuntimeFailure.InvalidSpec(text)
            : new RuntimeFailure.Internal(text, null);
      }
      case START -> startRefused(text, errors);
      case STOP, DELETE, EXEC, LOGS ->
          says(NOT_FOUND, errors)
              ? new RuntimeFailure.InstanceNotFound(text)
              : new RuntimeFailure.Internal(text, null);
      case PULL -> pullRefused(text, errors);
      case IMAGE ->
          says(NOT_FOUND, errors)
              ? new RuntimeFailure.ImageNotFound(text)
              : new RuntimeFailure.Internal(text, null);
      case MAKE_ASSET ->
          says(TAKEN, errors)
              ? new Conflict(Conflict.Subject.ASSET, text)
              : new RuntimeFailure.InvalidSpec(text);
      case REMOVE_ASSET ->
          says(IN_USE, errors)
              ? new Conflict(Conflict.Subject.ASSET, text)
              : new RuntimeFailure.Internal(text, null);
      case LOOK, LIST, LIST_ASSETS, WATCH, START_SYSTEM -> new RuntimeFailure.Internal(text, null);
    };
  }

  private static RuntimeFailure startRefused(String text, String errors) {
    if (says(PORT_TAKEN, errors)) {
      return new Conflict(Conflict.Subject.PORT, text);
    }
    if (says(SPEC_REFUSED, errors)) {
      return new RuntimeFailure.InvalidSpec(text);
    }
    return says(NOT_FOUND, errors)
        ? new RuntimeFailure.InstanceNotFound(text)
        : new RuntimeFailure.Internal(text, null);
  }

  private static RuntimeFailure pullRefused(String text, String errors) {
    if (says(PULL_DENIED, errors)) {
      return new RuntimeFailure.PullDenied(text);
    }
    return says(PULL_NOT_FOUND, errors)
        ? new RuntimeFailure.ImageNotFound(text)
        : new RuntimeFailure.PullFailed(text, null);
  }

  /** What it means that a call did not come to its own end. */
  public RuntimeFailure of(Verb verb, String subject, CallFailed failed) {
    String text = text(verb, subject, String.valueOf(failed.getMessage()));
    return switch (failed) {
      case CallFailed.TooLate _ -> new RuntimeFailure.TimedOut(text + "; it may have been done");
      case CallFailed.NoTurn _ -> new RuntimeFailure.TimedOut(text);
      case CallFailed.Closed _ -> new RuntimeFailure.Unavailable(text, null);
      case CallFailed.NotRunnable _ -> new RuntimeFailure.Unavailable(text, null);
    };
  }

  /** The calling thread was interrupted; its flag is set again. */
  public RuntimeFailure cancelled(Verb verb, String subject) {
    Thread.currentThread().interrupt();
    return new RuntimeFailure.Cancelled(text(verb, subject, "cancelled; it may have been done"));
  }

  public RuntimeFailure timedOut(Verb verb, String subject, String reason) {
    return new RuntimeFailure.TimedOut(text(verb, subject, reason));
  }

  public RuntimeFailure unavailable(Verb verb, String reason) {
    return new RuntimeFailure.Unavailable(text(verb, "", reason), null);
  }

  public RuntimeFailure instanceNotFound(Verb verb, String subject) {
    return new RuntimeFailure.InstanceNotFound(text(verb, subject, "there is no such instance"));
  }

  public RuntimeFailure notRunning(Verb verb, String subject) {
    return new RuntimeFailure.InstanceNotFound(text(verb, subject, "it does not run"));
  }

  public RuntimeFailure imageNotFound(Verb verb, String image) {
    return new RuntimeFailure.ImageNotFound(text(verb, image, "the engine does not have it"));
  }

  public RuntimeFailure unsupported(Verb verb, String subject, String reason) {
    return new RuntimeFailure.Unsupported(text(verb, subject, reason));
  }

  public RuntimeFailure invalidSpec(Verb verb, String subject, String reason) {
    return new RuntimeFailure.InvalidSpec(text(verb, subject, reason));
  }

  public RuntimeFailure conflict(Conflict.Subject what, Verb verb, String subject, String reason) {
    return new Conflict(what, text(verb, subject, reason));
  }

  public RuntimeFailure internal(Verb verb, String subject, String reason) {
    return new RuntimeFailure.Internal(text(verb, subject, reason), null);
  }

  /** Whether a start failed because a virtual machine from before a crash is still there. */
  public static boolean isLostMachine(String errors) {
    return says(LOST, errors);
  }

  /** Whether a command inside an instance was not found. */
  static boolean isNoSuchCommand(String errors) {
    return says(NO_SUCH_COMMAND, errors);
  }

  private String text(Verb verb, String subject, String reason) {
    return "%s: %s%s: %s"
        .formatted(engine, verb.words(), subject.isEmpty() ? "" : " " + subject, reason);
  }

  private static String words(int exitCode, String errors) {
    String said = errors.strip().replace("\n", " / ");
    return said.isEmpty() ? "it ended with " + exitCode + " and said nothing" : said;
  }

  private static boolean says(Pattern pattern, String errors) {
    return pattern.matcher(errors).find();
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
  }
}
