package dev.tallyman.cli.stack;

import dev.tallyman.config.quantity.ByteSizes;
import dev.tallyman.proto.v1.Health;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a workload stands, in a few words. */
final class Wording {

  private static final int BAR = 20;

  /** How the agent tells the bytes of a pull. */
  private static final Pattern BYTES = Pattern.compile(": (\\d{1,18}) of (\\d{1,18}) bytes");

  private Wording() {}

  /** {@code Running}. */
  static String phase(WorkloadStatus status) {
    if (status.getPhase() == Phase.PHASE_UNSPECIFIED || status.getPhase() == Phase.UNRECOGNIZED) {
      return "Unknown";
    }
    String word = status.getPhase().name().substring("PHASE_".length());
    return word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
  }

  /** {@code Running, healthy}; {@code Waiting, DependencyNotReady}. */
  static String standing(NodeWorkload workload) {
    WorkloadStatus status = workload.getStatus();
    String phase = phase(status);
    String health = status.getPhase() == Phase.PHASE_RUNNING ? health(status.getHealth()) : "";
    String reason = status.getReason();
    boolean saysMore = !reason.isEmpty() && !reason.equals(phase);
    return phase
        + (health.isEmpty() ? "" : ", " + health)
        + (saysMore && !reason.equalsIgnoreCase(health) ? ", " + reason : "");
  }

  private static String health(Health health) {
    return switch (health) {
      case HEALTH_UNSPECIFIED, UNRECOGNIZED -> "";
      case HEALTH_STARTING -> "not healthy yet";
      case HEALTH_HEALTHY -> "healthy";
      case HEALTH_UNHEALTHY -> "unhealthy";
    };
  }

  /** Why it stands there; empty when there is nothing to say. */
  static String detail(NodeWorkload workload) {
    WorkloadStatus status = workload.getStatus();
    return switch (status.getPhase()) {
      case PHASE_RUNNING ->
          status.getHealth() == Health.HEALTH_UNHEALTHY ? status.getHealthMessage() : "";
      case PHASE_STARTING, PHASE_STOPPING, PHASE_PENDING, PHASE_SUCCEEDED -> "";
      case PHASE_PULLING,
          PHASE_FAILED,
          PHASE_BACKOFF,
          PHASE_WAITING,
          PHASE_REJECTED,
          PHASE_UNKNOWN,
          PHASE_GONE,
          PHASE_UNSPECIFIED,
          UNRECOGNIZED ->
          status.getMessage();
    };
  }

  /** {@code [=====> ] 12M of 48M}, when the message of a pull tells its bytes. */
  static Optional<String> bar(WorkloadStatus status) {
    if (status.getPhase() != Phase.PHASE_PULLING) {
      return Optional.empty();
    }
    Matcher bytes = BYTES.matcher(status.getMessage());
    if (!bytes.find()) {
      return Optional.empty();
    }
    long total = Long.parseLong(bytes.group(2));
    long done = Math.min(total, Long.parseLong(bytes.group(1)));
    if (total == 0) {
      return Optional.empty();
    }
    int full = (int) (done * 1.0 / total * BAR);
    String bar =
        "=".repeat(full) + (full < BAR ? ">" : "") + " ".repeat(Math.max(0, BAR - full - 1));
    return Optional.of("[" + bar + "] " + size(done) + " of " + size(total));
  }

  /** Rounded down to a unit that leaves at most four digits. */
  private static String size(long bytes) {
    int bits = 0;
    while (bytes >> bits >= 10_000 && bits < 40) {
      bits += 10;
    }
    return ByteSizes.print(bytes >> bits << bits);
  }
}
