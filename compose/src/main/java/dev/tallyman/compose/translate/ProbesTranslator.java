package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.ExecCheck;
import dev.tallyman.proto.v1.Probe;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Probes: Compose's {@code healthcheck}, and those of {@code x-tallyman}. */
final class ProbesTranslator {

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(24);
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_START_INTERVAL = Duration.ofSeconds(5);
  private static final int DEFAULT_RETRIES = 3;
  private static final String TEST =
      "test: missing (expected: the command too; without it the image's own check keeps its own times)";

  private final Service service;
  private final WorkloadSpec.Builder spec;
  private final Findings findings;

  private ProbesTranslator(Service service, WorkloadSpec.Builder spec, Findings findings) {
    this.service = service;
    this.spec = spec;
    this.findings = findings;
  }

  static void translate(Service service, WorkloadSpec.Builder spec, Findings findings) {
    ProbesTranslator probes = new ProbesTranslator(service, spec, findings);
    Optional<Fields> check =
        service
            .fields()
            .section("healthcheck", ServiceKeys.HEALTHCHECK)
            .filter(section -> !section.isEmpty());
    check.ifPresent(probes::healthcheck);
    probes.ours("liveness").ifPresent(spec::setLiveness);
    probes.ours("startup").ifPresent(spec::setStartup);
    boolean both = spec.hasReadiness();
    probes
        .ours("readiness")
        .ifPresent(readiness -> {
          if (both) {
            findings.refuse(
                service.extension().orElseThrow().self(),
                "readiness: is said by %s at %s already; leave one of them out"
                    .formatted(check.orElseThrow().path(), check.orElseThrow().place()));
          }
          spec.setReadiness(readiness);
        });
  }

  private Optional<Probe> ours(String key) {
    return service
        .extension()
        .flatMap(extension -> extension.section(key, Extension.PROBE))
        .map(fields -> new ProbeReader(fields, service, findings).read());
  }

  private void healthcheck(Fields check) {
    boolean disabled = check.flag("disable").map(Placed::value).orElse(false);
    List<Placed<String>> test = check.texts("test");
    boolean text = check.value("test").filter(value -> Yaml.isText(value.value())).isPresent();
    Probe.Builder probe = times(check);
    check.close();
    if (disabled || isNone(test)) {
      spec.setIgnoreImageHealthCheck(true);
    } else if (test.isEmpty()) {
      findings.refuse(check.self(), TEST);
    } else {
      command(test, text)
          .ifPresent(command ->
              spec.setReadiness(probe.setExec(ExecCheck.newBuilder().addAllCommand(command))));
    }
  }

  private static boolean isNone(List<Placed<String>> test) {
    return test.size() == 1 && test.getFirst().value().equals("NONE");
  }

  private Optional<List<String>> command(List<Placed<String>> test, boolean text) {
    Placed<String> first = test.getFirst();
    List<String> rest = test.stream().skip(1).map(Placed::value).toList();
    if (text) {
      return Optional.of(List.of("/bin/sh", "-c", first.value()));
    }
    switch (first.value()) {
      case "CMD" -> {
        if (!rest.isEmpty()) {
          return Optional.of(rest);
        }
        findings.refuse(first, "CMD without a command (expected: its words after CMD)");
      }
      case "CMD-SHELL" -> {
        if (rest.size() == 1) {
          return Optional.of(List.of("/bin/sh", "-c", rest.getFirst()));
        }
        findings.refuse(
            first, "CMD-SHELL with %d texts (expected: one command line)".formatted(rest.size()));
      }
      default -> findings.bad(first, "CMD, CMD-SHELL or NONE");
    }
    return Optional.empty();
  }

  private Probe.Builder times(Fields check) {
    Probe.Builder probe = Probe.newBuilder();
    Duration interval =
        check
            .duration("interval", SHORTEST_INTERVAL, LONGEST_INTERVAL)
            .map(Placed::value)
            .orElse(DEFAULT_INTERVAL);
    Duration timeout =
        check
            .duration("timeout", SHORTEST_TIMEOUT, LONGEST_TIMEOUT)
            .map(Placed::value)
            .orElse(DEFAULT_TIMEOUT);
    long retries = check.number("retries", 0, Integer.MAX_VALUE).map(Placed::value).orElse(0L);
    probe
        .setInterval(ProcessTranslator.duration(interval))
        .setTimeout(ProcessTranslator.duration(timeout))
        .setFailureThreshold(retries == 0 ? DEFAULT_RETRIES : (int) retries);
    Duration period =
        check
            .duration("start_period", Duration.ZERO, LONGEST_INTERVAL)
            .map(Placed::value)
            .orElse(Duration.ZERO);
    Optional<Placed<Duration>> startInterval =
        check.duration("start_interval", SHORTEST_INTERVAL, LONGEST_INTERVAL);
    if (!period.isZero()) {
      probe
          .setStartPeriod(ProcessTranslator.duration(period))
          .setStartInterval(
              ProcessTranslator.duration(
                  startInterval.map(Placed::value).orElse(DEFAULT_START_INTERVAL)));
    } else {
      startInterval.ifPresent(time ->
          findings.refuse(
              time.place(),
              time.path(),
              "without a start_period: there is no start to have it in"));
    }
    return probe;
  }
}
