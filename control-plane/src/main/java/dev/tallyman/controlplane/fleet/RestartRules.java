package dev.tallyman.controlplane.fleet;

import com.google.protobuf.Duration;
import dev.tallyman.proto.v1.Backoff;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;

/** What a restart policy must be like. Pure. */
final class RestartRules {

  static final java.time.Duration ONE_HOUR = java.time.Duration.ofHours(1);
  private static final java.time.Duration ONE_DAY = java.time.Duration.ofHours(24);
  private static final java.time.Duration DEFAULT_INITIAL = java.time.Duration.ofSeconds(10);
  private static final java.time.Duration DEFAULT_MAX = java.time.Duration.ofMinutes(5);
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private RestartRules() {}

  static void check(String path, RestartPolicy restart, Problems problems) {
    WorkloadRules.checkEnum(path + ".mode", restart.getMode(), RestartMode.UNRECOGNIZED, problems);
    if (restart.getMaxRestarts() != 0 && restart.getMode() != RestartMode.RESTART_MODE_ON_FAILURE) {
      problems.add(
          path + ".max_restarts",
          Integer.toUnsignedLong(restart.getMaxRestarts()),
          "0 unless mode is RESTART_MODE_ON_FAILURE");
    }
    checkBackoff(path + ".backoff", restart.getBackoff(), problems);
  }

  private static void checkBackoff(String path, Backoff backoff, Problems problems) {
    boolean comparable = true;
    if (backoff.hasInitial()) {
      comparable = checkDuration(path + ".initial", backoff.getInitial(), ONE_HOUR, problems);
    }
    if (backoff.hasMax()) {
      comparable &= checkDuration(path + ".max", backoff.getMax(), ONE_DAY, problems);
    }
    if (backoff.hasResetAfter()) {
      checkDuration(path + ".reset_after", backoff.getResetAfter(), ONE_DAY, problems);
    }
    if (!comparable) {
      return;
    }
    java.time.Duration initial =
        backoff.hasInitial() ? duration(backoff.getInitial()) : DEFAULT_INITIAL;
    java.time.Duration max = backoff.hasMax() ? duration(backoff.getMax()) : DEFAULT_MAX;
    if (max.compareTo(initial) < 0) {
      problems.add(
          path + ".max",
          text(max) + (backoff.hasMax() ? "" : " by default"),
          "not below initial, " + text(initial));
    }
  }

  /** Adds what is wrong with a duration from 0 to a bound, and returns whether nothing is. */
  static boolean checkDuration(
      String path, Duration duration, java.time.Duration max, Problems problems) {
    boolean wellFormed =
        duration.getNanos() > -NANOS_PER_SECOND && duration.getNanos() < NANOS_PER_SECOND;
    if (!wellFormed
        || duration.getSeconds() < 0
        || duration.getNanos() < 0
        || duration.getSeconds() > max.toSeconds()
        || duration(duration).compareTo(max) > 0) {
      problems.add(
          path, duration.getSeconds() + " s " + duration.getNanos() + " ns", "0 s to " + text(max));
      return false;
    }
    return true;
  }

  private static java.time.Duration duration(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  private static String text(java.time.Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
