package dev.tallyman.agent.wire;

import java.time.Duration;

/** Reads lengths of time that have bounds. */
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
    return read(field, message, Duration.ZERO, longest, standIn, faults);
  }

  /**
   * A length of time from the shortest to the longest.
   *
   * @param standIn is returned when the value is faulty
   */
  static Duration read(
      String field,
      com.google.protobuf.Duration message,
      Duration shortest,
      Duration longest,
      Duration standIn,
      FieldFaults faults) {
    long seconds = message.getSeconds();
    int nanos = message.getNanos();
    String expected = shown(shortest) + " to " + shown(longest);
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
    if (span.compareTo(longest) > 0 || span.compareTo(shortest) < 0) {
      faults.addDescribed(
          field, nanos == 0 ? seconds + "s" : seconds + "s and " + nanos + "ns", expected);
      return standIn;
    }
    return span;
  }

  /** A length of time as a person writes it, to the millisecond. */
  static String shown(Duration span) {
    return Duration.ofSeconds(span.toSeconds()).equals(span)
        ? span.toSeconds() + "s"
        : span.toMillis() + "ms";
  }
}
