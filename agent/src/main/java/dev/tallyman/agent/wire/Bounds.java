package dev.tallyman.agent.wire;

import java.time.Duration;

/**
 * How large a workload may be. Those that the contract does not name are the kernel's or the
 * engines' own, so that a workload is refused here, with its field, and not by an engine in the
 * middle of a launch.
 */
final class Bounds {

  /** Bytes of a spec on the wire: below what Linux gives to arguments and environment. */
  static final int SPEC_BYTES = 1 << 20;

  static final int LABELS = 64;
  static final int LABEL_KEY_BYTES = 253;
  static final int LABEL_VALUE_BYTES = 4096;

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

  static final Duration STOP_GRACE = Duration.ofHours(1);
  static final Duration BACKOFF_INITIAL = Duration.ofHours(1);
  static final Duration BACKOFF_MAX = Duration.ofHours(24);
  static final Duration BACKOFF_RESET_AFTER = Duration.ofHours(24);

  private Bounds() {}
}
