package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.Backoff;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;
import dev.tallyman.proto.v1.UpdateFailure;
import dev.tallyman.proto.v1.UpdatePolicy;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What happens when an instance ends, and when its spec changes. */
final class RestartTranslator {

  private static final Pattern ON_FAILURE = Pattern.compile("on-failure(?::(\\d{1,9}))?");
  private static final Duration LONGEST_DELAY = Duration.ofHours(1);
  private static final Duration LONGEST_WINDOW = Duration.ofHours(24);
  private static final Duration USUAL_MAX = Duration.ofMinutes(5);
  private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);
  private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);
  private static final String START_FIRST =
      "stop-first; two instances of one workload never run at once";

  private final Service service;
  private final Findings findings;

  private RestartTranslator(Service service, Findings findings) {
    this.service = service;
    this.findings = findings;
  }

  /** Sets the restart policy: {@code deploy.restart_policy}, else {@code restart}, else none. */
  static void translate(Service service, WorkloadSpec.Builder spec, Findings findings) {
    RestartTranslator translator = new RestartTranslator(service, findings);
    Optional<RestartPolicy> own = service.fields().text("restart").map(translator::restart);
    Optional<RestartPolicy> deployed =
        service
            .deploy()
            .flatMap(deploy -> deploy.section("restart_policy", ProjectKeys.RESTART_POLICY))
            .map(translator::deployed);
    spec.setRestart(
        deployed
            .or(() -> own)
            .orElse(RestartPolicy.newBuilder().setMode(RestartMode.RESTART_MODE_NO).build()));
  }

  private RestartPolicy restart(Placed<String> text) {
    RestartPolicy.Builder policy = RestartPolicy.newBuilder();
    Matcher onFailure = ON_FAILURE.matcher(text.value());
    if (onFailure.matches()) {
      policy.setMode(RestartMode.RESTART_MODE_ON_FAILURE);
      if (onFailure.group(1) != null) {
        policy.setMaxRestarts(Integer.parseInt(onFailure.group(1)));
      }
      return policy.build();
    }
    switch (text.value()) {
      case "no", "false" -> policy.setMode(RestartMode.RESTART_MODE_NO);
      case "always" -> policy.setMode(RestartMode.RESTART_MODE_ALWAYS);
      case "unless-stopped" -> policy.setMode(RestartMode.RESTART_MODE_UNLESS_STOPPED);
      default -> findings.bad(text, "no, always, on-failure, on-failure:3 or unless-stopped");
    }
    return policy.build();
  }

  private RestartPolicy deployed(Fields fields) {
    RestartPolicy.Builder policy = RestartPolicy.newBuilder();
    Placed<String> condition = fields.text("condition").orElse(fields.self().with("any"));
    switch (condition.value()) {
      case "none" -> policy.setMode(RestartMode.RESTART_MODE_NO);
      case "on-failure" -> policy.setMode(RestartMode.RESTART_MODE_ON_FAILURE);
      // The specification's own implementation takes these of restart: too.
      case "any", "always" -> policy.setMode(RestartMode.RESTART_MODE_ALWAYS);
      case "unless-stopped" -> policy.setMode(RestartMode.RESTART_MODE_UNLESS_STOPPED);
      default -> findings.bad(condition, "none, on-failure or any");
    }
    fields
        .number("max_attempts", 0, Integer.MAX_VALUE)
        .filter(number -> number.value() > 0)
        .ifPresent(number -> {
          if (policy.getMode() != RestartMode.RESTART_MODE_ON_FAILURE) {
            findings.refuse(
                number, "bounds only restarts after failures; set condition: on-failure");
          }
          policy.setMaxRestarts(number.value().intValue());
        });
    Backoff.Builder backoff = Backoff.newBuilder();
    fields
        .duration("delay", Duration.ZERO, LONGEST_DELAY)
        .ifPresent(delay -> {
          // Waits grow from there, so that a crash loop never spins.
          Duration most = delay.value().compareTo(USUAL_MAX) > 0 ? delay.value() : USUAL_MAX;
          backoff
              .setInitial(ProcessTranslator.duration(delay.value()))
              .setMax(ProcessTranslator.duration(most));
        });
    fields
        .duration("window", Duration.ZERO, LONGEST_WINDOW)
        .filter(window -> !window.value().isZero())
        .ifPresent(window -> backoff.setResetAfter(ProcessTranslator.duration(window.value())));
    fields.close();
    if (!backoff.build().equals(Backoff.getDefaultInstance())) {
      policy.setBackoff(backoff);
    }
    return policy.build();
  }

  /** How a changed spec takes the place of the former one; empty when nothing is said. */
  static Optional<UpdatePolicy> update(Service service, Findings findings) {
    RestartTranslator translator = new RestartTranslator(service, findings);
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
    Optional<UpdatePolicy> ofDeploy = deployed.map(translator::updateConfig);
    return own.map(translator::ours).or(() -> ofDeploy);
  }

  private UpdatePolicy ours(Fields fields) {
    UpdatePolicy.Builder policy = UpdatePolicy.newBuilder();
    fields
        .text("on_failure")
        .filter(word -> Extension.oneOf(word, List.of("keep", "roll_back"), findings))
        .ifPresent(word ->
            policy.setOnFailure(
                word.value().equals("keep")
                    ? UpdateFailure.UPDATE_FAILURE_KEEP
                    : UpdateFailure.UPDATE_FAILURE_ROLL_BACK));
    deadline(fields, "deadline", policy);
    fields.close();
    return policy.build();
  }

  private UpdatePolicy updateConfig(Fields fields) {
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
    fields
        .text("order")
        .filter(word -> !word.value().equals("stop-first"))
        .ifPresent(word -> findings.bad(word, START_FIRST));
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
    return policy.build();
  }

  private static void deadline(Fields fields, String key, UpdatePolicy.Builder policy) {
    fields
        .duration(key, SHORTEST_DEADLINE, LONGEST_DEADLINE)
        .ifPresent(time -> policy.setDeadline(ProcessTranslator.duration(time.value())));
  }
}
