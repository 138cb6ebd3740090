package dev.tallyman.agent.wire;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;

/** Points in time and lengths of time, as messages and back. */
public final class Times {

  private Times() {}

  /** The instant as a message. */
  public static Timestamp write(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /**
   * The message as an instant.
   *
   * @throws DateTimeException if it is beyond what an instant can be
   */
  public static Instant read(Timestamp message) {
    return Instant.ofEpochSecond(message.getSeconds(), message.getNanos());
  }

  /** The length of time as a message. */
  public static Duration write(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /**
   * The message as a length of time. Seconds and nanoseconds are added, also when the message gives
   * them different signs.
   *
   * @throws ArithmeticException if it is beyond what a length of time can be
   */
  public static java.time.Duration read(Duration message) {
    return java.time.Duration.ofSeconds(message.getSeconds(), message.getNanos());
  }
}
