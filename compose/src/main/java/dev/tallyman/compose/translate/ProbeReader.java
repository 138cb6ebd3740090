package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.proto.v1.ExecCheck;
import dev.tallyman.proto.v1.GrpcCheck;
import dev.tallyman.proto.v1.HttpCheck;
import dev.tallyman.proto.v1.HttpScheme;
import dev.tallyman.proto.v1.Probe;
import dev.tallyman.proto.v1.TcpCheck;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads one probe of {@code x-tallyman}. Times that are not set are the contract's. */
final class ProbeReader {

  private static final int LAST_PORT = 65_535;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
  private static final List<String> CHECKS = List.of("exec", "tcp", "http", "grpc");

  private final Fields fields;
  private final Service service;
  private final Findings findings;
  private final Probe.Builder probe = Probe.newBuilder();

  ProbeReader(Fields fields, Service service, Findings findings) {
    this.fields = fields;
    this.service = service;
    this.findings = findings;
  }

  /** The probe; what is wrong with it becomes faults. */
  Probe read() {
    List<Placed<YamlValue>> checks =
        CHECKS.stream().map(fields::value).flatMap(Optional::stream).toList();
    if (checks.size() != 1) {
      findings.refuse(
          fields.self(),
          "%d checks (expected: one of %s)".formatted(checks.size(), String.join(", ", CHECKS)));
    }
    exec();
    tcp();
    http();
    grpc();
    refuseWithoutNetwork();
    times();
    fields.close();
    return probe.build();
  }

  private void exec() {
    fields
        .value("exec")
        .ifPresent(value -> {
          List<String> command = fields.texts("exec").stream().map(Placed::value).toList();
          if (command.isEmpty() || Yaml.isText(value.value())) {
            findings.refuse(value, "expected: a list of words such as [pg_isready, -q]");
          }
          probe.setExec(ExecCheck.newBuilder().addAllCommand(command));
        });
  }

  private void tcp() {
    port("tcp", Extension.TCP, _ -> {})
        .ifPresent(port -> probe.setTcp(TcpCheck.newBuilder().setPort(port)));
  }

  private void http() {
    HttpCheck.Builder http = HttpCheck.newBuilder();
    port(
            "http",
            Extension.HTTP,
            more -> {
              more.text("path")
                  .ifPresent(path -> http.setPath(Form.HTTP_PATH.check(path, findings)));
              more.text("scheme")
                  .filter(word -> Extension.oneOf(word, List.of("http", "https"), findings))
                  .ifPresent(word ->
                      http.setScheme(
                          HttpScheme.valueOf(
                              "HTTP_SCHEME_" + word.value().toUpperCase(Locale.ROOT))));
              more.pairs("headers")
                  .forEach(
                      pair -> Form.HEADER_NAME.check(pair.placed().with(pair.key()), findings));
              http.putAllHeaders(more.textMap("headers"));
            })
        .ifPresent(port -> probe.setHttp(http.setPort(port)));
  }

  private void grpc() {
    GrpcCheck.Builder grpc = GrpcCheck.newBuilder();
    port(
            "grpc",
            Extension.GRPC,
            more -> more.text("service").ifPresent(name -> grpc.setService(name.value())))
        .ifPresent(port -> probe.setGrpc(grpc.setPort(port)));
  }

  /** The port of a check, which is the check itself where nothing else is said about it. */
  private Optional<Integer> port(String key, KeyTable table, Consumer<Fields> more) {
    Optional<Placed<YamlValue>> value = fields.value(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!(value.get().value() instanceof Mapping)) {
      return fields.number(key, 1, LAST_PORT).map(number -> number.value().intValue());
    }
    Fields check = fields.section(key, table).orElseThrow();
    Optional<Placed<Long>> port = check.number("port", 1, LAST_PORT);
    if (!check.has("port")) {
      findings.refuse(check.self(), "port: missing (expected: a port of the container)");
    }
    more.accept(check);
    check.close();
    return port.map(number -> number.value().intValue());
  }

  private void refuseWithoutNetwork() {
    Stream.of("tcp", "http", "grpc")
        .map(fields::value)
        .flatMap(Optional::stream)
        .filter(_ -> service.hasNoNetwork())
        .forEach(check ->
            findings.refuse(check, "the service has no network to be asked by (expected: exec:)"));
  }

  private void times() {
    fields
        .duration("initial_delay", Duration.ZERO, HOUR)
        .ifPresent(time -> probe.setInitialDelay(ProcessTranslator.duration(time.value())));
    fields
        .duration("interval", SHORTEST_INTERVAL, DAY)
        .ifPresent(time -> probe.setInterval(ProcessTranslator.duration(time.value())));
    fields
        .duration("timeout", SHORTEST_TIMEOUT, HOUR)
        .ifPresent(time -> probe.setTimeout(ProcessTranslator.duration(time.value())));
    fields
        .duration("start_period", Duration.ZERO, DAY)
        .ifPresent(time -> probe.setStartPeriod(ProcessTranslator.duration(time.value())));
    fields
        .duration("start_interval", SHORTEST_INTERVAL, DAY)
        .ifPresent(time -> probe.setStartInterval(ProcessTranslator.duration(time.value())));
    fields
        .number("success_threshold", 1, Integer.MAX_VALUE)
        .ifPresent(count -> probe.setSuccessThreshold(count.value().intValue()));
    fields
        .number("failure_threshold", 1, Integer.MAX_VALUE)
        .ifPresent(count -> probe.setFailureThreshold(count.value().intValue()));
  }
}
