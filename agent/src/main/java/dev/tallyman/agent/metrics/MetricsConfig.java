package dev.tallyman.agent.metrics;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Where metrics are served, and how many.
 *
 * @param address where the server listens; port 0 chooses a free one. It has no TLS and no
 *     authentication, so anything but loopback is for closed networks
 * @param series whether there are series for each workload
 * @param patience how long the loop may take to turn before {@code /healthz} calls it dead
 */
public record MetricsConfig(InetSocketAddress address, Series series, Duration patience) {

  /** Whether there are series for each workload. */
  public enum Series {
    /** Their number depends on the configuration only. */
    NODE,
    /** There are some for each workload as well, so that their number grows with it. */
    PER_WORKLOAD
  }

  /** Patience unless told otherwise: a full pass over ten thousand workloads takes far less. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(5);

  public MetricsConfig {
    requireNonNull(address, "address");
    requireNonNull(series, "series");
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience: " + patience + " (expected: more than 0 s)");
    }
  }
}
