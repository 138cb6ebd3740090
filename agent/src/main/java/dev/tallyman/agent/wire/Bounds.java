package dev.tallyman.agent.wire;

import java.time.Duration;

/**
 * How large a workload may be. Those that the contract does not name are the kernel's or the
 * engines' own, so that a workload is refused here, with its field, and not by an engine in the
 * middle of a launch.
 */
final class Bounds {

  /**
   * Bytes of a spec on the wire, contents of files apart: below what Linux gives to arguments and
   * environment.
   */
  static final int SPEC_BYTES = 1 << 20;

  /** Pairs of names and values: labels, options, headers. */
  static final int PAIRS = 64;

  static final int PAIR_KEY_BYTES = 253;
  static final int PAIR_VALUE_BYTES = 4096;

  /** Mounts, files, networks, devices and what else one workload has a few of. */
  static final int PARTS = 256;

  static final int FILE_BYTES = 1 << 20;

  /** All files of a workload: a quarter of the largest message. */
  static final int FILES_BYTES = 4 << 20;

  /** Permission bits with set-user-id, set-group-id and sticky bit. */
  static final int MODE = 07777;

  /** A registry's name, 255 of path, 128 of tag and a digest fit. */
  static final int IMAGE_BYTES = 1024;

  /** Entries of a command, of arguments, of an environment. */
  static final int LIST_ENTRIES = 1000;

  /** One argument or {@code name=value}: Linux's MAX_ARG_STRLEN, without its NUL. */
  static final int ARGUMENT_BYTES = (1 << 17) - 1;

  /** Linux's PATH_MAX, without its NUL. */
  static final int PATH_BYTES = 4095;

  static final int USER_BYTES = 255;
  static final int PORTS = 256;

  /** A million cores: a thousand times what a host has, and a product that does not overflow. */
  static final long CPU_MILLIS = 1_000_000_000L;

  /** One pebibyte. */
  static final long MEMORY_BYTES = 1L << 50;

  /** Linux's PID_MAX_LIMIT. */
  static final long PIDS = 1L << 22;

  static final long CPU_SHARES_LOWEST = 2;
  static final long CPU_SHARES_MOST = 262_144;
  static final int OOM_SCORE = 1000;

  static final Duration STOP_GRACE = Duration.ofHours(1);
  static final Duration BACKOFF_INITIAL = Duration.ofHours(1);
  static final Duration BACKOFF_MAX = Duration.ofHours(24);
  static final Duration BACKOFF_RESET_AFTER = Duration.ofHours(24);
  static final Duration UPDATE_SHORTEST = Duration.ofSeconds(1);
  static final Duration UPDATE_LONGEST = Duration.ofHours(1);
  static final Duration PROBE_DELAY = Duration.ofHours(1);
  static final Duration PROBE_INTERVAL_SHORTEST = Duration.ofMillis(100);
  static final Duration PROBE_INTERVAL_LONGEST = Duration.ofHours(24);
  static final Duration PROBE_TIMEOUT_SHORTEST = Duration.ofMillis(10);
  static final Duration PROBE_TIMEOUT_LONGEST = Duration.ofHours(1);
  static final Duration PROBE_START_PERIOD = Duration.ofHours(24);

  private Bounds() {}
}
