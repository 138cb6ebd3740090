package dev.tallyman.runtime.oci;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Says what an error of an engine means to a caller. The only place that knows the engines' words.
 *
 * <p>Docker uses HTTP statuses with care; Podman answers 500 to nearly everything and puts the kind
 * into the text. So the status decides where it can, and the text where it must. What fits nothing
 * is {@link RuntimeFailure.Internal}: a caller tries again later.
 */
final class EngineErrors {

  private static final Pattern NAME_TAKEN = pattern("name .*is already in use");
  private static final Pattern PORT_TAKEN =
      pattern("port is already allocated|address already in use|port is already in use");
  private static final Pattern API_TOO_OLD = pattern("client version .* is too (old|new)");

  /** A spec that the engine can never start, as the engines and their OCI runtimes put it. */
  private static final Pattern SPEC_REFUSED =
      pattern(
          "executable file .*not found"
              + "|command that was not found"
              + "|exec: .*(no such file or directory|permission denied|exec format error)"
              + "|exec .*: (no such file or directory|permission denied|exec format error)"
              + "|OCI permission denied"
              + "|unable to find (user|group)"
              + "|no matching entries in (passwd|group) file"
              + "|must be an absolute path"
              + "|can't contain null"
              + "|cannot assign requested address|cannot expose privileged port|bind: permission denied"
              + "|minimum memory limit"
              + "|unable to set memory limit"
              + "|OOM-killed \\(memory limit too low"
              + "|setting cgroup config .*invalid argument"
              + "|cgroup.*: invalid argument"
              + "|CPU cfs quota"
              + "|range of cpus"
              + "|fill out specgen"
              + "|invalid signal"
              + "|invalid reference format"
              + "|repository name must"
              + "|normalizing (image|name)"
              + "|names must match"
              + "|unknown runtime"
              + "|invalid argument$");

  private static final Pattern PULL_DENIED =
      pattern(
          "(^|: )denied(:|$)|access denied|access to the resource is denied|unauthorized"
              + "|authentication required|no basic auth credentials|invalid username/password|\\b401\\b|\\b403\\b");
  private static final Pattern PULL_NOT_FOUND =
      pattern("manifest unknown|name unknown|not found|no such image|does not exist");

  private final String engine;

  /**
   * @param engine the engine for people, such as {@code docker (/run/docker.sock)}
   */
  EngineErrors(String engine) {
    this.engine = engine;
  }

  /** What it means that a request ended with this. */
  RuntimeFailure of(EngineCall call, Throwable cause) {
    return switch (cause) {
      case RuntimeFailure failure -> failure;
      case EngineRefusal refusal -> refused(call, refusal);
      case StrangeAnswer strange ->
          new RuntimeFailure.Internal(text(call, String.valueOf(strange.getMessage())), strange);
      case IOException broken -> unavailable(call, describe(broken), broken);
      default -> new RuntimeFailure.Internal(text(call, cause.toString()), cause);
    };
  }

  /** The engine speaks another protocol than the one that is needed, or an older version of it. */
  RuntimeFailure unusable(EngineCall call, String reason) {
    return new RuntimeFailure.Unavailable(text(call, reason), null);
  }

  RuntimeFailure timedOut(EngineCall call, Duration patience) {
    return new RuntimeFailure.TimedOut(
        text(call, "no answer within " + patience.toMillis() + " ms; it may have been done"));
  }

  RuntimeFailure cancelled(EngineCall call) {
    return new RuntimeFailure.Cancelled(text(call, "cancelled; it may have been done"));
  }

  RuntimeFailure closed(EngineCall call) {
    return new RuntimeFailure.Unavailable(text(call, "the runtime was closed"), null);
  }

  RuntimeFailure instanceNotFound(EngineCall call) {
    return new RuntimeFailure.InstanceNotFound(text(call, "there is no such instance"));
  }

  RuntimeFailure unsupported(EngineCall call, String reason) {
    return new RuntimeFailure.Unsupported(text(call, reason));
  }

  RuntimeFailure invalidSpec(EngineCall call, String reason) {
    return new RuntimeFailure.InvalidSpec(text(call, reason));
  }

  RuntimeFailure nameTaken(EngineCall call, String reason) {
    return new Conflict(Conflict.Subject.NAME, text(call, reason));
  }

  RuntimeFailure internal(EngineCall call, String reason) {
    return new RuntimeFailure.Internal(text(call, reason), null);
  }

  RuntimeFailure loginUnreadable(EngineCall call, IOException cause) {
    return new RuntimeFailure.PullFailed(
        text(call, "the login at its registry: " + cause.getMessage()), cause);
  }

  private RuntimeFailure refused(EngineCall call, EngineRefusal refusal) {
    if (refusal.status() == 400 && says(API_TOO_OLD, refusal)) {
      return unusable(call, refusal.text());
    }
    return switch (call.verb()) {
      case CREATE -> createRefused(call, refusal);
      case START -> startRefused(call, refusal);
      case INSPECT, STOP, KILL, REMOVE ->
          refusal.status() == 404 ? instanceNotFound(call) : other(call, refusal);
      case PULL -> pullRefused(call, refusal);
      case IMAGE ->
          refusal.status() == 400 || says(SPEC_REFUSED, refusal)
              ? invalidSpec(call, refusal.text())
              : other(call, refusal);
      case PING, INFO, LIST, EVENTS -> other(call, refusal);
    };
  }

  private RuntimeFailure createRefused(EngineCall call, EngineRefusal refusal) {
    if (refusal.status() == 404) {
      return new RuntimeFailure.ImageNotFound(text(call, refusal.text()));
    }
    if (refusal.status() == 409 || says(NAME_TAKEN, refusal)) {
      return nameTaken(call, refusal.text());
    }
    return refusal.status() == 400 || says(SPEC_REFUSED, refusal)
        ? invalidSpec(call, refusal.text())
        : other(call, refusal);
  }

  private RuntimeFailure startRefused(EngineCall call, EngineRefusal refusal) {
    if (refusal.status() == 404) {
      return instanceNotFound(call);
    }
    if (says(PORT_TAKEN, refusal)) {
      return new Conflict(Conflict.Subject.PORT, text(call, refusal.text()));
    }
    return refusal.status() == 400 || says(SPEC_REFUSED, refusal)
        ? invalidSpec(call, refusal.text())
        : other(call, refusal);
  }

  private RuntimeFailure pullRefused(EngineCall call, EngineRefusal refusal) {
    if (refusal.status() == 400 || says(SPEC_REFUSED, refusal)) {
      return invalidSpec(call, refusal.text());
    }
    if (refusal.status() == 401 || refusal.status() == 403 || says(PULL_DENIED, refusal)) {
      return new RuntimeFailure.PullDenied(text(call, refusal.text()));
    }
    if (refusal.status() == 404 || says(PULL_NOT_FOUND, refusal)) {
      return new RuntimeFailure.ImageNotFound(text(call, refusal.text()));
    }
    return new RuntimeFailure.PullFailed(text(call, refusal.text()), refusal);
  }

  private RuntimeFailure other(EngineCall call, EngineRefusal refusal) {
    return new RuntimeFailure.Internal(
        text(call, "status " + refusal.status() + ": " + refusal.text()), refusal);
  }

  private RuntimeFailure unavailable(EngineCall call, String reason, Throwable cause) {
    return new RuntimeFailure.Unavailable(text(call, reason), cause);
  }

  private String text(EngineCall call, String reason) {
    return engine + ": could not " + call.words() + ": " + reason;
  }

  /** The words of the exceptions that sockets throw, made useful to somebody who runs the node. */
  private static String describe(IOException broken) {
    String message = String.valueOf(broken.getMessage());
    if (message.contains("Permission denied")) {
      return "permission denied on its socket; may this user open it (its group, or root)?";
    }
    if (message.contains("No such file")) {
      return "its socket does not exist; is the engine running?";
    }
    if (message.contains("Connection refused")) {
      return "nobody listens on its socket; is the engine running?";
    }
    return "the connection broke: " + (broken.getMessage() == null ? broken : message);
  }

  private static boolean says(Pattern pattern, EngineRefusal refusal) {
    return pattern.matcher(refusal.text()).find();
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  }
}
