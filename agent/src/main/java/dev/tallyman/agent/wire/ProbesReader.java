package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Probe.Check;
import dev.tallyman.agent.model.Probe.Scheme;
import dev.tallyman.agent.model.Probes;
import dev.tallyman.agent.model.Probes.ImageCheck;
import dev.tallyman.proto.v1.ExecCheck;
import dev.tallyman.proto.v1.HttpCheck;
import dev.tallyman.proto.v1.HttpScheme;
import dev.tallyman.proto.v1.Probe;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads how it is found out whether one workload works. */
final class ProbesReader {

  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration DEFAULT_EXEC_TIMEOUT = Duration.ofSeconds(30);
  private static final int DEFAULT_SUCCESSES = 1;
  private static final int DEFAULT_FAILURES = 3;

  private static final Form HTTP_PATH =
      Form.of(
          "/[\\x21-\\x7e]{0,4094}", "up to 4095 ASCII characters without spaces, the first '/'");
  private static final Form SERVICE =
      Form.of("[\\x21-\\x7e]{1,255}", "1 to 255 ASCII characters without spaces");

  /** What HTTP calls a token. */
  private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

  private ProbesReader() {}

  static Probes read(WorkloadSpec spec, FieldFaults faults) {
    return new Probes(
        spec.hasLiveness()
            ? Optional.of(probe("spec.liveness", spec.getLiveness(), faults))
            : Optional.empty(),
        spec.hasReadiness()
            ? Optional.of(probe("spec.readiness", spec.getReadiness(), faults))
            : Optional.empty(),
        spec.hasStartup()
            ? Optional.of(probe("spec.startup", spec.getStartup(), faults))
            : Optional.empty(),
        spec.getIgnoreImageHealthCheck() ? ImageCheck.IGNORE : ImageCheck.USE);
  }

  private static dev.tallyman.agent.model.Probe probe(
      String field, Probe message, FieldFaults faults) {
    Check check = check(field, message, faults);
    Duration initialDelay =
        message.hasInitialDelay()
            ? Spans.read(
                field + ".initial_delay",
                message.getInitialDelay(),
                Bounds.PROBE_DELAY,
                Duration.ZERO,
                faults)
            : Duration.ZERO;
    Duration interval =
        message.hasInterval()
            ? interval(field + ".interval", message.getInterval(), faults)
            : DEFAULT_INTERVAL;
    Duration timeout =
        message.hasTimeout()
            ? Spans.read(
                field + ".timeout",
                message.getTimeout(),
                Bounds.PROBE_TIMEOUT_SHORTEST,
                Bounds.PROBE_TIMEOUT_LONGEST,
                DEFAULT_TIMEOUT,
                faults)
            : defaultTimeout(check);
    int successes =
        threshold(
            field + ".success_threshold", message.getSuccessThreshold(), DEFAULT_SUCCESSES, faults);
    int failures =
        threshold(
            field + ".failure_threshold", message.getFailureThreshold(), DEFAULT_FAILURES, faults);
    Duration startPeriod =
        message.hasStartPeriod()
            ? Spans.read(
                field + ".start_period",
                message.getStartPeriod(),
                Bounds.PROBE_START_PERIOD,
                Duration.ZERO,
                faults)
            : Duration.ZERO;
    Duration startInterval =
        message.hasStartInterval()
            ? interval(field + ".start_interval", message.getStartInterval(), faults)
            : interval;
    return new dev.tallyman.agent.model.Probe(
        check, initialDelay, interval, timeout, successes, failures, startPeriod, startInterval);
  }

  private static Duration interval(
      String field, com.google.protobuf.Duration message, FieldFaults faults) {
    return Spans.read(
        field,
        message,
        Bounds.PROBE_INTERVAL_SHORTEST,
        Bounds.PROBE_INTERVAL_LONGEST,
        DEFAULT_INTERVAL,
        faults);
  }

  private static Duration defaultTimeout(Check check) {
    return switch (check) {
      case dev.tallyman.agent.model.Probe.Exec _ -> DEFAULT_EXEC_TIMEOUT;
      case dev.tallyman.agent.model.Probe.Tcp _ -> DEFAULT_TIMEOUT;
      case dev.tallyman.agent.model.Probe.Http _ -> DEFAULT_TIMEOUT;
      case dev.tallyman.agent.model.Probe.Grpc _ -> DEFAULT_TIMEOUT;
    };
  }

  private static int threshold(String field, int value, int unset, FieldFaults faults) {
    return value == 0 ? unset : Numbers.unsignedUpTo(field, value, Integer.MAX_VALUE, faults);
  }

  private static Check check(String field, Probe message, FieldFaults faults) {
    return switch (message.getCheckCase()) {
      case EXEC -> exec(field + ".exec.command", message.getExec(), faults);
      case TCP ->
          new dev.tallyman.agent.model.Probe.Tcp(
              Numbers.port(field + ".tcp.port", message.getTcp().getPort(), faults));
      case HTTP -> http(field + ".http", message.getHttp(), faults);
      case GRPC ->
          new dev.tallyman.agent.model.Probe.Grpc(
              Numbers.port(field + ".grpc.port", message.getGrpc().getPort(), faults),
              SERVICE
                  .optional(field + ".grpc.service", message.getGrpc().getService(), faults)
                  .orElse(""));
      case CHECK_NOT_SET -> {
        faults.addDescribed(field, "no check", "one of exec, tcp, http, grpc");
        yield new dev.tallyman.agent.model.Probe.Exec(List.of());
      }
    };
  }

  private static Check exec(String field, ExecCheck message, FieldFaults faults) {
    if (message.getCommandCount() == 0) {
      faults.addDescribed(field, "missing", "a command and its arguments");
    } else if (message.getCommand(0).isEmpty()) {
      faults.addDescribed(field + "[0]", "empty", "a command");
    }
    return new dev.tallyman.agent.model.Probe.Exec(
        Texts.arguments(field, message.getCommandList(), faults));
  }

  private static Check http(String field, HttpCheck message, FieldFaults faults) {
    int port = Numbers.port(field + ".port", message.getPort(), faults);
    String path = HTTP_PATH.optional(field + ".path", message.getPath(), faults).orElse("/");
    Scheme scheme =
        switch (message.getScheme()) {
          case HTTP_SCHEME_UNSPECIFIED, HTTP_SCHEME_HTTP -> Scheme.HTTP;
          case HTTP_SCHEME_HTTPS -> Scheme.HTTPS;
          case UNRECOGNIZED -> {
            faults.add(
                field + ".scheme", message.getSchemeValue(), Texts.words(HttpScheme.values()));
            yield Scheme.HTTP;
          }
        };
    return new dev.tallyman.agent.model.Probe.Http(
        port, path, scheme, headers(field + ".headers", message.getHeadersMap(), faults));
  }

  private static Map<String, String> headers(
      String field, Map<String, String> headers, FieldFaults faults) {
    headers.forEach((name, value) -> {
      if (!HEADER_NAME.matcher(name).matches()) {
        faults.addDescribed(
            Texts.entry(field, name), "no name of a header", "letters, digits and '-'");
      }
      // It may be a token.
      if (!HEADER_VALUE.matcher(value).matches()) {
        faults.addDescribed(
            Texts.entry(field, name),
            "a value with other characters",
            "ASCII characters without control characters");
      }
    });
    return Texts.pairs(field, headers, faults);
  }
}
