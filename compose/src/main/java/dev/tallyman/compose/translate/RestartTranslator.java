package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.Backoff;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.RestartPolicy;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What happens when an instance ends. */
final class RestartTranslator {

  private static final Pattern ON_FAILURE = Pattern.compile("on-failure(?::(\\d{1,9}))?");
  private static final Duration LONGEST_DELAY = Duration.ofHours(1);
  private static final Duration LONGEST_WINDOW = Duration.ofHours(24);
  private static final Duration USUAL_MAX = Duration.ofMinutes(5);

  private final Findings findings;

  private RestartTranslator(Findings findings) {
    this.findings = findings;
  }

  /**
   * Sets the restart policy: ours, {@code deploy.restart_policy}, {@code restart}, or else none.
   */
  static void translate(Service service, WorkloadSpec.Builder spec, Findings findings) {
    RestartTranslator translator = new RestartTranslator(findings);
    Optional<RestartPolicy> own = service.fields().text("restart").map(translator::restart);
    Optional<RestartPolicy> deployed =
        service
            .deploy()
            .flatMap(deploy -> deploy.section("restart_policy", ProjectKeys.RESTART_POLICY))
            .map(translator::deployed);
    Optional<Placed<String>> sidecar =
        service
            .extension()
            .flatMap(ours -> ours.text("restart"))
            .filter(word -> Extension.oneOf(word, Extension.RESTARTS, findings));
    sidecar.ifPresent(word -> translator.standsAlone(word, service));
    spec.setRestart(
        sidecar
            .map(_ ->
                RestartPolicy.newBuilder().setMode(RestartMode.RESTART_MODE_WHILE_NEEDED).build())
            .or(() -> deployed)
            .or(() -> own)
            .orElse(RestartPolicy.newBuilder().setMode(RestartMode.RESTART_MODE_NO).build()));
  }

  private void standsAlone(Placed<String> sidecar, Service service) {
    service
        .fields()
        .text("restart")
        .<Placed<?>>map(text -> text)
        .or(() -> service.deploy().flatMap(deploy -> deploy.value("restart_policy")))
        .ifPresent(other ->
            findings.refuse(
                sidecar,
                "is another policy than that of %s at %s; leave one of them out"
                    .formatted(other.path(), other.place())));
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
}
