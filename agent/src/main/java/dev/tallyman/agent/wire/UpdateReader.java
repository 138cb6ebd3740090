package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Probes;
import dev.tallyman.agent.model.UpdatePolicy.OnFailure;
import dev.tallyman.proto.v1.UpdateFailure;
import dev.tallyman.proto.v1.UpdatePolicy;
import java.time.Duration;

/** Reads how a changed spec takes the place of the former one. */
final class UpdateReader {

  private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(5);

  private UpdateReader() {}

  static dev.tallyman.agent.model.UpdatePolicy read(
      UpdatePolicy message, Probes probes, FieldFaults faults) {
    OnFailure onFailure =
        switch (message.getOnFailure()) {
          case UPDATE_FAILURE_UNSPECIFIED ->
              probes.startup().isPresent() || probes.readiness().isPresent()
                  ? OnFailure.ROLL_BACK
                  : OnFailure.KEEP;
          case UPDATE_FAILURE_KEEP -> OnFailure.KEEP;
          case UPDATE_FAILURE_ROLL_BACK -> OnFailure.ROLL_BACK;
          case UNRECOGNIZED -> {
            faults.add(
                "update.on_failure",
                message.getOnFailureValue(),
                Texts.words(UpdateFailure.values()));
            yield OnFailure.KEEP;
          }
        };
    Duration deadline =
        message.hasDeadline()
            ? Spans.read(
                "update.deadline",
                message.getDeadline(),
                Bounds.UPDATE_SHORTEST,
                Bounds.UPDATE_LONGEST,
                DEFAULT_DEADLINE,
                faults)
            : DEFAULT_DEADLINE;
    return new dev.tallyman.agent.model.UpdatePolicy(onFailure, deadline);
  }
}
