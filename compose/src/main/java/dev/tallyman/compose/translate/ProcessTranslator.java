package dev.tallyman.compose.translate;

import com.google.protobuf.Duration;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Logging;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The process and what is directly around it: command, environment, user, stopping, output. */
final class ProcessTranslator {

  private static final java.time.Duration LONGEST_GRACE = java.time.Duration.ofHours(1);

  private final Fields fields;
  private final WorkloadSpec.Builder spec;
  private final Findings findings;

  private ProcessTranslator(Fields fields, WorkloadSpec.Builder spec, Findings findings) {
    this.fields = fields;
    this.spec = spec;
    this.findings = findings;
  }

  static void translate(Service service, WorkloadSpec.Builder spec, Findings findings) {
    ProcessTranslator process = new ProcessTranslator(service.fields(), spec, findings);
    process.command();
    process.environment();
    process.plain();
    process.stopping();
    process.logging();
  }

  /**
   * An empty {@code entrypoint} takes the image's away, and then the command is the whole of it.
   * Where nothing is left to run, or only the image's command were to be taken away, the contract
   * has no words for it.
   */
  private void command() {
    Optional<Placed<List<String>>> entrypoint = list("entrypoint");
    Optional<Placed<List<String>>> command = list("command");
    boolean cleared = entrypoint.filter(words -> words.value().isEmpty()).isPresent();
    List<String> args = command.map(Placed::value).orElse(List.of());
    if (cleared && args.isEmpty()) {
      findings.refuse(
          entrypoint.get(),
          "empty, and command: names nothing to run instead (expected: a command:, or no entrypoint:)");
    } else if (cleared) {
      spec.addAllCommand(args);
    } else if (entrypoint.isPresent()) {
      spec.addAllCommand(entrypoint.get().value()).addAllArgs(args);
    } else if (command.isPresent() && args.isEmpty()) {
      findings.refuse(
          command.get(),
          "empty, which would take the image's command away (expected: an entrypoint: too, or no command:)");
    } else {
      spec.addAllArgs(args);
    }
  }

  private Optional<Placed<List<String>>> list(String key) {
    Optional<Placed<YamlValue>> value = fields.value(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!(value.get().value() instanceof Sequence)) {
      findings.refuse(
          value.get(), "%s (expected: a list)".formatted(value.get().value().kindName()));
      return Optional.empty();
    }
    return Optional.of(value.get().with(fields.texts(key).stream().map(Placed::value).toList()));
  }

  private void environment() {
    for (Fields.Pair pair : fields.pairs("environment")) {
      Form.VARIABLE.check(pair.placed().with(pair.key()), findings);
      // A variable without a value is one that the container is not given.
      pair.value()
          .ifPresent(value -> spec.addEnv(EnvVar.newBuilder().setName(pair.key()).setValue(value)));
    }
  }

  private void plain() {
    fields
        .text("working_dir")
        .filter(this::absolute)
        .ifPresent(directory -> spec.setWorkingDir(directory.value()));
    fields.text("user").ifPresent(user -> spec.setUser(Form.USER.check(user, findings)));
    fields
        .text("hostname")
        .ifPresent(name -> spec.setHostname(Form.OWN_NAME.check(name, findings)));
    fields.flag("init").ifPresent(flag -> spec.setInit(flag.value()));
    fields.flag("tty").ifPresent(flag -> spec.setTty(flag.value()));
    fields.flag("stdin_open").ifPresent(flag -> spec.setStdinOpen(flag.value()));
    spec.putAllAnnotations(fields.textMap("annotations"));
    fields.text("runtime").ifPresent(name -> spec.setOciRuntime(Form.WORD.check(name, findings)));
    fields
        .text("isolation")
        .filter(word -> !word.value().equals("default"))
        .ifPresent(word ->
            findings.bad(word, "default; for a sandbox or micro-VM use isolation: of x-tallyman:"));
  }

  private void stopping() {
    fields
        .text("stop_signal")
        .ifPresent(signal -> {
          String name = signal.value().toUpperCase(Locale.ROOT);
          String whole = name.startsWith("SIG") ? name : "SIG" + name;
          if (!Form.SIGNAL.fits(whole)) {
            findings.bad(signal, Form.SIGNAL.expected());
          }
          spec.setStopSignal(whole);
        });
    fields
        .duration("stop_grace_period", java.time.Duration.ZERO, LONGEST_GRACE)
        .ifPresent(grace -> spec.setStopGracePeriod(duration(grace.value())));
  }

  private void logging() {
    fields
        .section("logging", ServiceKeys.LOGGING)
        .ifPresent(logging -> {
          Optional<Placed<String>> driver = logging.text("driver");
          var options = logging.textMap("options");
          logging.close();
          if (driver.isPresent()) {
            spec.setLogging(
                Logging.newBuilder()
                    .setDriver(Form.WORD.check(driver.get(), findings))
                    .putAllOptions(options));
          } else if (!options.isEmpty()) {
            findings.refuse(
                logging.self(),
                "options without a driver (expected: driver: too, such as json-file)");
          }
        });
  }

  private boolean absolute(Placed<String> path) {
    if (path.value().startsWith("/")) {
      return true;
    }
    findings.bad(path, "an absolute path");
    return false;
  }

  /** A duration in the contract's form. */
  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
