package dev.tallyman.cli.stack;

import static java.util.stream.Collectors.joining;

import dev.tallyman.proto.v1.Health;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a stack's start is. It is up when each of its workloads runs and is healthy, or has run
 * to its end with exit code 0. Pure; for one thread.
 *
 * <p>What the agent tries again by itself is not given up at once: a workload has failed for this
 * start when it had to be tried anew {@value #TRIES} times, or at once when another try cannot
 * help.
 */
public final class ProgressBoard {

  /** How often a workload may wait for its next try. */
  static final int TRIES = 3;

  /** How long a workload may wait for something that is none of its dependencies. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How far it is. */
  public sealed interface Verdict {
    /** On its way. */
    record Underway() implements Verdict {}

    /** All is up. */
    record Up() implements Verdict {}

    /**
     * It does not come up.
     *
     * @param whys a sentence for each workload that failed, with its name
     */
    record Failed(List<String> whys) implements Verdict {}
  }

  /** Where one workload stands. */
  public sealed interface Standing {
    /** On its way. */
    record Pending() implements Standing {}

    /** Runs and is healthy, or has done its work. */
    record Ready() implements Standing {}

    /** Does not come up. */
    record Broken(String why) implements Standing {}
  }

  /** A workload as it is shown. */
  public record Row(String name, Optional<NodeWorkload> now, Standing standing) {}

  private static final class Seen {
    private final String name;
    private Optional<NodeWorkload> now = Optional.empty();
    private int tries;
    private Optional<Instant> waitingSince = Optional.empty();
    private boolean gone;

    Seen(String name) {
      this.name = name;
    }
  }

  private final Map<String, Seen> workloads = new LinkedHashMap<>();

  /**
   * Nothing is known yet.
   *
   * @param names names of the workloads that are to come up, by uid
   */
  public ProgressBoard(Map<String, String> names) {
    names.forEach((uid, name) -> workloads.put(uid, new Seen(name)));
  }

  /** A workload is like this now. Others than those that are to come up do not matter. */
  public void changed(NodeWorkload workload, Instant now) {
    Optional.ofNullable(workloads.get(workload.getStatus().getUid()))
        .ifPresent(seen -> {
          Phase before =
              seen.now.map(w -> w.getStatus().getPhase()).orElse(Phase.PHASE_UNSPECIFIED);
          Phase phase = workload.getStatus().getPhase();
          if (phase == Phase.PHASE_BACKOFF && before != Phase.PHASE_BACKOFF) {
            seen.tries++;
          }
          if (!isStuck(workload.getStatus())) {
            seen.waitingSince = Optional.empty();
          } else if (seen.waitingSince.isEmpty()) {
            seen.waitingSince = Optional.of(now);
          }
          seen.now = Optional.of(workload);
        });
  }

  /** A workload is gone. */
  public void removed(String uid) {
    Optional.ofNullable(workloads.get(uid)).ifPresent(seen -> seen.gone = true);
  }

  /** How far all of it is. */
  public Verdict verdict(Instant now) {
    List<String> whys = new ArrayList<>();
    boolean underway = false;
    for (Row row : rows(now)) {
      switch (row.standing()) {
        case Standing.Broken(String why) -> whys.add(row.name() + ": " + why);
        case Standing.Pending _ -> underway = true;
        case Standing.Ready _ -> {}
      }
    }
    if (!whys.isEmpty()) {
      return new Verdict.Failed(whys);
    }
    return underway ? new Verdict.Underway() : new Verdict.Up();
  }

  /** The workloads that are not up, for a sentence. */
  public String missing(Instant now) {
    return rows(now).stream()
        .filter(row -> !(row.standing() instanceof Standing.Ready))
        .map(row ->
            row.name() + row.now().map(w -> " (" + Wording.standing(w) + ")").orElse(" (not seen)"))
        .collect(joining(", "));
  }

  /** All workloads, in the order of their files. */
  public List<Row> rows(Instant now) {
    return workloads.values().stream()
        .map(seen -> new Row(seen.name, seen.now, standing(seen, now)))
        .toList();
  }

  private static Standing standing(Seen seen, Instant now) {
    if (seen.gone) {
      return new Standing.Broken("somebody removed it meanwhile");
    }
    if (seen.now.isEmpty()) {
      return new Standing.Pending();
    }
    NodeWorkload workload = seen.now.get();
    WorkloadStatus status = workload.getStatus();
    boolean old = status.getGeneration() < workload.getWorkload().getGeneration();
    return old
        ? new Standing.Pending()
        : switch (status.getPhase()) {
          case PHASE_RUNNING -> running(workload);
          case PHASE_SUCCEEDED -> new Standing.Ready();
          case PHASE_FAILED, PHASE_REJECTED -> broken(status);
          case PHASE_BACKOFF ->
              seen.tries >= TRIES || isHopeless(status) ? broken(status) : new Standing.Pending();
          case PHASE_WAITING, PHASE_UNKNOWN -> waiting(seen, status, now);
          case PHASE_PENDING,
              PHASE_PULLING,
              PHASE_STARTING,
              PHASE_STOPPING,
              PHASE_GONE,
              PHASE_UNSPECIFIED,
              UNRECOGNIZED ->
              new Standing.Pending();
        };
  }

  private static Standing running(NodeWorkload workload) {
    WorkloadStatus status = workload.getStatus();
    if (status.getReason().equals("RolledBack")) {
      return broken(status);
    }
    // For a moment after its start nobody has probed it yet.
    boolean probed =
        workload.getWorkload().getSpec().hasReadiness()
            || workload.getWorkload().getSpec().hasStartup();
    return switch (status.getHealth()) {
      case HEALTH_UNSPECIFIED -> probed ? new Standing.Pending() : new Standing.Ready();
      case HEALTH_HEALTHY -> new Standing.Ready();
      case HEALTH_STARTING, UNRECOGNIZED -> new Standing.Pending();
      case HEALTH_UNHEALTHY -> broken(status);
    };
  }

  private static Standing waiting(Seen seen, WorkloadStatus status, Instant now) {
    return switch (status.getReason()) {
      case "DependencyFailed", "DependencyMissing" -> broken(status);
      case "DependencyNotReady" -> new Standing.Pending();
      default ->
          seen.waitingSince.filter(since -> now.isAfter(since.plus(PATIENCE))).isPresent()
              ? broken(status)
              : new Standing.Pending();
    };
  }

  private static boolean isStuck(WorkloadStatus status) {
    return status.getPhase() == Phase.PHASE_UNKNOWN
        || (status.getPhase() == Phase.PHASE_WAITING
            && !status.getReason().startsWith("Dependency"));
  }

  /** Whether somebody has to do something before another try can help. */
  private static boolean isHopeless(WorkloadStatus status) {
    return switch (status.getReason()) {
      case "ImageNotFound",
          "ImagePullDenied",
          "PortInUse",
          "NameTaken",
          "CannotStart",
          "Unsupported" ->
          true;
      default -> false;
    };
  }

  private static Standing broken(WorkloadStatus status) {
    String detail =
        status.getHealth() == Health.HEALTH_UNHEALTHY && status.getMessage().isEmpty()
            ? status.getHealthMessage()
            : status.getMessage();
    String why = Wording.phase(status) + ", " + status.getReason();
    return new Standing.Broken(detail.isEmpty() ? why : why + ": " + detail);
  }
}
