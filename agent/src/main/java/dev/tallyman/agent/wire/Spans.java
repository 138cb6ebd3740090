package dev.tallyman.agent.wire;

import java.time.Duration;

/** Reads lengths of time that have a bound. */
final class Spans {

  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private Spans() {}

  /**
   * A length of time from nothing to the longest.
   *
   * @param standIn is returned when the value is faulty
   */
  static Duration read(
      String field,
      com.google.protobuf.Duration message,
      Duration longest,
      Duration standIn,
      FieldFaults faults) {
    long seconds = message.getSeconds();
    int nanos = message.getNanos();
    String expected = "0s to " + longest.toSeconds() + "s";
    if (Math.abs((long) nanos) >= NANOS_PER_SECOND || Long.signum(seconds) * nanos < 0) {
      faults.addDescribed(
          field,
          seconds + "s and " + nanos + "ns",
          expected + ", with nanoseconds of the same sign and below a second");
      return standIn;
    }
    // Compared before it is made, so that it cannot overflow.
    if (seconds < 0 || nanos < 0 || seconds > longest.toSeconds()) {
      faults.addDescribed(field, seconds + "s", expected);
      return standIn;
    }
    Duration span = Duration.ofSeconds(seconds, nanos);
    if (span.compareTo(longest) > 0) {
      faults.addDescribed(field, seconds + "s and " + nanos + "ns", expected);
      return standIn;
    }
    return span;
  }
}
