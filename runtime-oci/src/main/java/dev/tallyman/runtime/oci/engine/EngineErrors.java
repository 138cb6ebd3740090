package dev.tallyman.runtime.oci.engine;

import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.RuntimeFailure.Conflict;
import dev.tallyman.runtime.oci.http.EngineRefusal;
import dev.tallyman.runtime.oci.http.StrangeAnswer;
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
public final class EngineErrors {

  private static final Pattern NAME_TAKEN = pattern("name .*is already in use");
  private static final Pattern PORT_TAKEN =
      pattern("port is already allocated|address already in use|port is already in use");

  /** Of an instance in a network; a port's has more words. */
  private static final Pattern ADDRESS_TAKEN =
      pattern("^address already in use$|ip address .* is already allocated");

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
              + "|(stat|statfs|lstat) /.*: (no such file or directory|not a directory|permission denied)"
              + "|bind source path does not exist"
              + "|error gathering device information"
              + "|device .*no such file or directory"
              + "|sysctl .*(is not allowed|cannot be set|is not separate|can not be set)"
              + "|sysctl: .*(no such file or directory|permission denied|read-only file system)"
              + "|error setting rlimit|setrlimit"
              + "|wrong rlimit value|invalid ulimit"
              + "|open /proc/sys/.*: (no such file or directory|permission denied|read-only file)"
              + "|unrecognized namespace mode"
              + "|invalid log driver"
              + "|CPUs are not available"
              + "|seccomp profile|seccomp: "
              + "|unknown capability|invalid capability|invalid cap"
              + "|duplicate mount"
              + "|mount destination .*"
              + "|(is|are) not supported for (network|driver)"
              + "|conflicting options"
              + "|user specified IP address is supported"
              + "|unable to find network"
              + "|network .* not found"
              + "|invalid argument$");

  private static final Pattern NETWORK_MISSING =
      pattern("network .*not found|unable to find network");
  private static final Pattern NOT_RUNNING =
      pattern("is not running|container state improper|is paused");
  private static final Pattern NOBODY_TO_JOIN =
      pattern("non running container|container to share|joining .* namespace");
  private static final Pattern IN_USE =
      pattern("is in use|being used|has active endpoints|volume in use");
  private static final Pattern OVERLAPS =
      pattern("overlaps with|already used (on the host|by)|is being used by a network");
  private static final Pattern NO_LOGS =
      pattern("does not support reading|this container is not logging output|cannot read logs");
  private static final Pattern NO_INIT = pattern("init binary not found");
  private static final Pattern OTHER_PLATFORM = pattern("does not match the specified platform");

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
  public EngineErrors(String engine) {
    this.engine = engine;
  }

  /** What it means that a request ended with this. */
  public RuntimeFailure of(EngineCall call, Throwable cause) {
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
  public RuntimeFailure unusable(EngineCall call, String reason) {
    return new RuntimeFailure.Unavailable(text(call, reason), null);
  }

  public RuntimeFailure timedOut(EngineCall call, Duration patience) {
    return new RuntimeFailure.TimedOut(
        text(call, "no answer within " + patience.toMillis() + " ms; it may have been done"));
  }

  public RuntimeFailure cancelled(EngineCall call) {
    return new RuntimeFailure.Cancelled(text(call, "cancelled; it may have been done"));
  }

  public RuntimeFailure closed(EngineCall call) {
    return new RuntimeFailure.Unavailable(text(call, "the runtime was closed"), null);
  }

  public RuntimeFailure instanceNotFound(EngineCall call) {
    return new RuntimeFailure.InstanceNotFound(text(call, "there is no such instance"));
  }

  /** Whether it failed because a network is not there. */
  public static boolean isNetworkMissing(RuntimeFailure failure) {
    return NETWORK_MISSING.matcher(String.valueOf(failure.getMessage())).find();
  }

  public RuntimeFailure imageNotFound(EngineCall call) {
    return new RuntimeFailure.ImageNotFound(text(call, "the engine does not have it"));
  }

  public RuntimeFailure unsupported(EngineCall call, String reason) {
    return new RuntimeFailure.Unsupported(text(call, reason));
  }

  public RuntimeFailure invalidSpec(EngineCall call, String reason) {
    return new RuntimeFailure.InvalidSpec(text(call, reason));
  }

  public RuntimeFailure nameTaken(EngineCall call, String reason) {
    return new Conflict(Conflict.Subject.NAME, text(call, reason));
  }

  /** A network or volume stands in the way. */
  public RuntimeFailure assetTaken(EngineCall call, String reason) {
    return new Conflict(Conflict.Subject.ASSET, text(call, reason));
  }

  /** The workload whose namespace is shared does not run. */
  public RuntimeFailure nobodyToShareWith(EngineCall call, String workload) {
    return new RuntimeFailure.InstanceNotFound(
        text(
            call,
            "it shares a namespace with workload " + workload + ", which has no running instance"));
  }

  public RuntimeFailure internal(EngineCall call, String reason) {
    return new RuntimeFailure.Internal(text(call, reason), null);
  }

  public RuntimeFailure loginUnreadable(EngineCall call, IOException cause) {
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
      case PING, INFO, LIST, EVENTS, FIND_ASSET -> other(call, refusal);
      case MAKE_ASSET -> makeRefused(call, refusal);
      case REMOVE_ASSET ->
          refusal.status() == 403 || refusal.status() == 409 || says(IN_USE, refusal)
              ? assetTaken(call, refusal.text())
              : other(call, refusal);
      case CONNECT ->
          refusal.status() == 404 && !says(NETWORK_MISSING, refusal)
              ? instanceNotFound(call)
              : connectRefused(call, refusal);
      case EXEC ->
          refusal.status() == 404 || refusal.status() == 409 || says(NOT_RUNNING, refusal)
              ? new RuntimeFailure.InstanceNotFound(text(call, refusal.text()))
              : other(call, refusal);
      case LOGS -> logsRefused(call, refusal);
    };
  }

  private RuntimeFailure makeRefused(EngineCall call, EngineRefusal refusal) {
    if (says(OVERLAPS, refusal)) {
      return assetTaken(call, refusal.text());
    }
    // Both name the drivers that they lack in a 404.
    return refusal.status() == 400
            || refusal.status() == 403
            || refusal.status() == 404
            || says(SPEC_REFUSED, refusal)
        ? invalidSpec(call, refusal.text())
        : other(call, refusal);
  }

  private RuntimeFailure connectRefused(EngineCall call, EngineRefusal refusal) {
    if (says(ADDRESS_TAKEN, refusal)) {
      return assetTaken(call, refusal.text());
    }
    return refusal.status() == 400
            || refusal.status() == 403
            || refusal.status() == 404
            || says(SPEC_REFUSED, refusal)
        ? invalidSpec(call, refusal.text())
        : other(call, refusal);
  }

  private RuntimeFailure logsRefused(EngineCall call, EngineRefusal refusal) {
    if (says(NO_LOGS, refusal)) {
      return unsupported(call, refusal.text());
    }
    return refusal.status() == 404 ? instanceNotFound(call) : other(call, refusal);
  }

  private RuntimeFailure createRefused(EngineCall call, EngineRefusal refusal) {
    if (says(OTHER_PLATFORM, refusal) || says(NO_INIT, refusal)) {
      return unsupported(call, refusal.text());
    }
    if (says(NETWORK_MISSING, refusal)) {
      return invalidSpec(call, refusal.text());
    }
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
    if (says(NETWORK_MISSING, refusal)) {
      return invalidSpec(call, refusal.text());
    }
    if (says(NOBODY_TO_JOIN, refusal)) {
      return new RuntimeFailure.InstanceNotFound(text(call, refusal.text()));
    }
    if (refusal.status() == 404) {
      return instanceNotFound(call);
    }
    if (says(ADDRESS_TAKEN, refusal)) {
      return assetTaken(call, refusal.text());
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
