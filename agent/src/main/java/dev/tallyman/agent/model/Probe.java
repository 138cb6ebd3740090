package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an instance is asked again and again whether it works.
 *
 * @param check what is asked
 * @param initialDelay wait before the first time
 * @param interval from the end of one to the next
 * @param timeout how long one may take
 * @param successThreshold successes in a row that make it healthy, at least 1
 * @param failureThreshold failures in a row that make it unhealthy, at least 1
 * @param startPeriod for this long after its start failures do not count, unless it succeeded once
 * @param startInterval interval during the start period, until the first success
 */
public record Probe(
    Check check,
    Duration initialDelay,
    Duration interval,
    Duration timeout,
    int successThreshold,
    int failureThreshold,
    Duration startPeriod,
    Duration startInterval) {

  /** What is asked. */
  public sealed interface Check {}

  /** A command inside; exit code 0 is success. */
  public record Exec(List<String> command) implements Check {
    public Exec {
      command = List.copyOf(command);
    }
  }

  /** A connection to a port inside; that it is made is success. */
  public record Tcp(int port) implements Check {}

  /** A GET; a status of 200 to 399 is success. */
  public record Http(int port, String path, Scheme scheme, Map<String, String> headers)
      implements Check {
    public Http {
      requireNonNull(path, "path");
      requireNonNull(scheme, "scheme");
      headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }
  }

  /** How HTTP is spoken. */
  public enum Scheme {
    HTTP("http"),
    /** Without looking at the certificate. */
    HTTPS("https");

    private final String word;

    Scheme(String word) {
      this.word = word;
    }

    /** As it stands in an address. */
    public String word() {
      return word;
    }
  }

  /** {@code grpc.health.v1}; SERVING is success. */
  public record Grpc(int port, String service) implements Check {
    public Grpc {
      requireNonNull(service, "service");
    }
  }

  public Probe {
    requireNonNull(check, "check");
    requireNonNull(initialDelay, "initialDelay");
    requireNonNull(interval, "interval");
    requireNonNull(timeout, "timeout");
    requireNonNull(startPeriod, "startPeriod");
    requireNonNull(startInterval, "startInterval");
    if (successThreshold < 1 || failureThreshold < 1) {
      throw new IllegalArgumentException(
          "thresholds: %d, %d (expected: >= 1 each)".formatted(successThreshold, failureThreshold));
    }
  }
}
