package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;
import java.time.Duration;
import java.util.OptionalInt;

/** Reads what happens when a workload ends. */
final class RestartReader {

  private static final String FIELD = "spec.restart.";

  private RestartReader() {}

  static dev.tallyman.agent.model.RestartPolicy read(RestartPolicy message, FieldFaults faults) {
    Mode mode = mode(message, faults);
    OptionalInt maxRestarts = maxRestarts(message, mode, faults);
    return new dev.tallyman.agent.model.RestartPolicy(
        mode, maxRestarts, backoff(message.getBackoff(), faults));
  }

  private static Mode mode(RestartPolicy message, FieldFaults faults) {
    return switch (message.getMode()) {
      case RESTART_MODE_UNSPECIFIED, RESTART_MODE_ALWAYS -> Mode.ALWAYS;
      case RESTART_MODE_NO -> Mode.NO;
      case RESTART_MODE_ON_FAILURE -> Mode.ON_FAILURE;
      case RESTART_MODE_UNLESS_STOPPED -> Mode.UNLESS_STOPPED;
      case RESTART_MODE_WHILE_NEEDED -> Mode.WHILE_NEEDED;
      case UNRECOGNIZED -> {
        faults.add(FIELD + "mode", message.getModeValue(), Texts.words(RestartMode.values()));
        yield Mode.NO;
      }
    };
  }

  private static OptionalInt maxRestarts(RestartPolicy message, Mode mode, FieldFaults faults) {
    int max = message.getMaxRestarts();
    String field = FIELD + "max_restarts";
    if (max == 0) {
      return OptionalInt.empty();
    }
    if (max < 0) {
      faults.add(field, Integer.toUnsignedString(max), "at most " + Integer.MAX_VALUE);
      return OptionalInt.empty();
    }
    if (mode != Mode.ON_FAILURE) {
      if (message.getMode() != RestartMode.UNRECOGNIZED) {
        faults.add(field, max, "0, unless the mode is RESTART_MODE_ON_FAILURE");
      }
      return OptionalInt.empty();
    }
    return OptionalInt.of(max);
  }

  private static Backoff backoff(dev.tallyman.proto.v1.Backoff message, FieldFaults faults) {
    Backoff unset = Backoff.DEFAULT;
    Duration initial =
        message.hasInitial()
            ? Spans.read(
                FIELD + "backoff.initial",
                message.getInitial(),
                Bounds.BACKOFF_INITIAL,
                Duration.ZERO,
                faults)
            : unset.initial();
    Duration max =
        message.hasMax()
            ? Spans.read(
                FIELD + "backoff.max",
                message.getMax(),
                Bounds.BACKOFF_MAX,
                Bounds.BACKOFF_MAX,
                faults)
            : unset.max();
    Duration resetAfter =
        message.hasResetAfter()
            ? Spans.read(
                FIELD + "backoff.reset_after",
                message.getResetAfter(),
                Bounds.BACKOFF_RESET_AFTER,
                unset.resetAfter(),
                faults)
            : unset.resetAfter();
    if (max.compareTo(initial) < 0) {
      faults.addDescribed(
          FIELD + "backoff.max",
          Spans.shown(max) + (message.hasMax() ? "" : " by default"),
          "not below backoff.initial"
              + (message.hasInitial() ? ", which is " : ", which by default is ")
              + Spans.shown(initial));
      return unset;
    }
    return new Backoff(initial, max, resetAfter);
  }
}
