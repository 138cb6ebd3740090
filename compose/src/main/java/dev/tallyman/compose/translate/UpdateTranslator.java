package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.UpdateFailure;
import dev.tallyman.proto.v1.UpdateOrder;
import dev.tallyman.proto.v1.UpdatePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What happens when a spec changes. */
final class UpdateTranslator {

  private static final Duration LONGEST_DELAY = Duration.ofHours(1);
  private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);
  private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);
  private static final String START_FIRST = "start-first";
  private static final List<String> ORDERS = List.of("stop-first", START_FIRST);

  private final Service service;
  private final Findings findings;

  private UpdateTranslator(Service service, Findings findings) {
    this.service = service;
    this.findings = findings;
  }

  /**
   * How a changed spec takes the place of the former one.
   *
   * @param policy what the contract says of it
   * @param startFirst where it is asked that the new instance starts before the former one ends
   */
  record Update(UpdatePolicy policy, Optional<Placed<String>> startFirst) {}

  /** How a changed spec takes the place of the former one; empty when nothing is said. */
  static Optional<Update> translate(Service service, Findings findings) {
    UpdateTranslator translator = new UpdateTranslator(service, findings);
    Optional<Fields> deployed =
        service
            .deploy()
            .flatMap(deploy -> deploy.section("update_config", ProjectKeys.UPDATE_CONFIG));
    Optional<Fields> own =
        service.extension().flatMap(ours -> ours.section("update", Extension.UPDATE));
    if (deployed.isPresent() && own.isPresent()) {
      findings.refuse(
          own.get().self(),
          "says the same as %s at %s; leave one of them out"
              .formatted(deployed.get().path(), deployed.get().place()));
    }
    Optional<Update> ofDeploy = deployed.map(translator::updateConfig);
    return own.map(translator::ours).or(() -> ofDeploy);
  }

  private Update ours(Fields fields) {
    UpdatePolicy.Builder policy = UpdatePolicy.newBuilder();
    fields
        .text("on_failure")
        .filter(word -> Extension.oneOf(word, Extension.ON_FAILURE, findings))
        .ifPresent(word ->
            policy.setOnFailure(
                word.value().equals("keep")
                    ? UpdateFailure.UPDATE_FAILURE_KEEP
                    : UpdateFailure.UPDATE_FAILURE_ROLL_BACK));
    deadline(fields, "deadline", policy);
    Optional<Placed<String>> startFirst = order(fields, policy);
    fields.close();
    return new Update(policy.build(), startFirst);
  }

  private Update updateConfig(Fields fields) {
    UpdatePolicy.Builder policy = UpdatePolicy.newBuilder();
    fields
        .text("failure_action")
        .ifPresent(word -> {
          switch (word.value()) {
            case "rollback" -> policy.setOnFailure(UpdateFailure.UPDATE_FAILURE_ROLL_BACK);
            case "continue" -> policy.setOnFailure(UpdateFailure.UPDATE_FAILURE_KEEP);
            default -> findings.bad(word, "rollback or continue; nothing waits for a person");
          }
        });
    deadline(fields, "monitor", policy);
    Optional<Placed<String>> startFirst = order(fields, policy);
    boolean several = service.replicas().value() > 1;
    fields
        .number("parallelism", 0, Integer.MAX_VALUE)
        .filter(number -> several && number.value() != 0)
        .ifPresent(
            number -> findings.bad(number, "0; replicas are updated each for itself, all at once"));
    fields
        .duration("delay", Duration.ZERO, LONGEST_DELAY)
        .filter(delay -> several && !delay.value().isZero())
        .ifPresent(delay ->
            findings.refuse(
                delay, "not supported: replicas are updated each for itself; remove it"));
    fields
        .text("max_failure_ratio")
        .filter(ratio -> !ratio.value().matches("0(\\.0*)?"))
        .ifPresent(
            ratio -> findings.bad(ratio, "0; each replica that fails is treated for itself"));
    fields.close();
    return new Update(policy.build(), startFirst);
  }

  private Optional<Placed<String>> order(Fields fields, UpdatePolicy.Builder policy) {
    Optional<Placed<String>> order =
        fields.text("order").filter(word -> Extension.oneOf(word, ORDERS, findings));
    Optional<Placed<String>> startFirst = order.filter(word -> word.value().equals(START_FIRST));
    startFirst.ifPresent(_ -> policy.setOrder(UpdateOrder.UPDATE_ORDER_START_FIRST));
    return startFirst;
  }

  private static void deadline(Fields fields, String key, UpdatePolicy.Builder policy) {
    fields
        .duration(key, SHORTEST_DEADLINE, LONGEST_DEADLINE)
        .ifPresent(time -> policy.setDeadline(ProcessTranslator.duration(time.value())));
  }
}
