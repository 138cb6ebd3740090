package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.Resources;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.Tuning;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what one workload may use, and how the kernel treats it. */
final class ResourcesReader {

  private static final String FIELD = "spec.resources.";
  private static final long UNBOUNDED = -1;

  private static final Form CPUSET =
      Form.of(
          "\\d{1,6}(-\\d{1,6})?(,\\d{1,6}(-\\d{1,6})?){0,255}",
          "processors as 0-2,4, ranges upwards");
  private static final Pattern CPU_RANGE = Pattern.compile("(\\d+)-(\\d+)");

  private ResourcesReader() {}

  static Limits limits(Resources message, FieldFaults faults) {
    return new Limits(
        Numbers.upTo(FIELD + "cpu_millis", message.getCpuMillis(), Bounds.CPU_MILLIS, faults),
        Numbers.upTo(FIELD + "memory_bytes", message.getMemoryBytes(), Bounds.MEMORY_BYTES, faults),
        Numbers.upTo(FIELD + "pids", message.getPids(), Bounds.PIDS, faults));
  }

  static Tuning tuning(Resources message, FieldFaults faults) {
    return new Tuning(
        swap(message, faults),
        reservation(message, faults),
        cpuShares(message.getCpuShares(), faults),
        cpuset(message.getCpuset(), faults),
        oomScoreAdjustment(message.getOomScoreAdjustment(), faults));
  }

  private static long swap(Resources message, FieldFaults faults) {
    String field = FIELD + "memory_swap_bytes";
    long value = message.getMemorySwapBytes();
    if (value < UNBOUNDED) {
      faults.add(field, value, "0 or more; -1: no bound");
    } else if (value > Bounds.MEMORY_BYTES) {
      faults.add(field, value, "at most " + Bounds.MEMORY_BYTES);
    } else if (value > 0 && message.getMemoryBytes() == 0) {
      faults.add(field, value, "0 or -1, unless memory_bytes is set");
    } else if (value > 0 && value < message.getMemoryBytes()) {
      faults.add(field, value, "not below memory_bytes, which is " + message.getMemoryBytes());
    }
    return value;
  }

  private static long reservation(Resources message, FieldFaults faults) {
    String field = FIELD + "memory_reservation_bytes";
    long value =
        Numbers.upTo(field, message.getMemoryReservationBytes(), Bounds.MEMORY_BYTES, faults);
    if (message.getMemoryBytes() > 0 && value > message.getMemoryBytes()) {
      faults.add(field, value, "not above memory_bytes, which is " + message.getMemoryBytes());
    }
    return value;
  }

  private static long cpuShares(long value, FieldFaults faults) {
    if (value != 0 && (value < Bounds.CPU_SHARES_LOWEST || value > Bounds.CPU_SHARES_MOST)) {
      faults.add(
          FIELD + "cpu_shares",
          value,
          "0, or " + Bounds.CPU_SHARES_LOWEST + " to " + Bounds.CPU_SHARES_MOST);
    }
    return value;
  }

  private static Optional<String> cpuset(String text, FieldFaults faults) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!CPUSET.fits(text)
        || CPU_RANGE
            .matcher(text)
            .results()
            .anyMatch(
                range -> Integer.parseInt(range.group(1)) > Integer.parseInt(range.group(2)))) {
      faults.add(FIELD + "cpuset", text, CPUSET.expected() + "; or empty");
    }
    return Optional.of(text);
  }

  private static int oomScoreAdjustment(int value, FieldFaults faults) {
    if (Math.abs((long) value) > Bounds.OOM_SCORE) {
      faults.add(
          FIELD + "oom_score_adjustment",
          value,
          "-" + Bounds.OOM_SCORE + " to " + Bounds.OOM_SCORE);
    }
    return value;
  }
}
