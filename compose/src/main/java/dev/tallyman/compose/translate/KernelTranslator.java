package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.proto.v1.Device;
import dev.tallyman.proto.v1.Ulimit;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.List;
import java.util.Optional;

/** What the kernel is asked for: bounds, settings, devices and shared memory. */
final class KernelTranslator {

  private static final List<String> ULIMITS =
      List.of(
          "as",
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");
  private static final long MAX_SHM = 1L << 50;

  private final Fields fields;
  private final WorkloadSpec.Builder spec;
  private final Findings findings;

  private KernelTranslator(Fields fields, WorkloadSpec.Builder spec, Findings findings) {
    this.fields = fields;
    this.spec = spec;
    this.findings = findings;
  }

  static void translate(Service service, WorkloadSpec.Builder spec, Findings findings) {
    KernelTranslator kernel = new KernelTranslator(service.fields(), spec, findings);
    kernel.ulimits();
    kernel.sysctls();
    kernel.devices();
    service
        .fields()
        .number("shm_size", 0, MAX_SHM)
        .ifPresent(bytes -> spec.setShmBytes(bytes.value()));
  }

  private void ulimits() {
    fields
        .children("ulimits")
        .forEach((key, value) -> {
          Placed<String> name = value.with(key);
          Extension.oneOf(name, ULIMITS, findings);
          if (value.value() instanceof Mapping) {
            fields.section(value, ServiceKeys.ULIMIT).ifPresent(pair -> ulimit(name, pair));
          } else {
            fields
                .scalar(value, "a number, or soft: and hard:")
                .flatMap(text -> fields.number(text, -1, Long.MAX_VALUE))
                .ifPresent(bound -> ulimit(key, bound.value(), bound.value()));
          }
        });
  }

  private void ulimit(Placed<String> name, Fields pair) {
    Optional<Placed<Long>> soft = pair.number("soft", -1, Long.MAX_VALUE);
    Optional<Placed<Long>> hard = pair.number("hard", -1, Long.MAX_VALUE);
    pair.close();
    if (soft.isEmpty() || hard.isEmpty()) {
      findings.refuse(name.place(), name.path(), "expected: soft: and hard:");
      return;
    }
    if (hard.get().value() != -1
        && (soft.get().value() == -1 || soft.get().value() > hard.get().value())) {
      findings.bad(soft.get(), "at most the hard bound, " + hard.get().value());
    }
    ulimit(name.value(), soft.get().value(), hard.get().value());
  }

  private void ulimit(String name, long soft, long hard) {
    spec.addUlimits(Ulimit.newBuilder().setName(name).setSoft(soft).setHard(hard));
  }

  private void sysctls() {
    for (Fields.Pair pair : fields.pairs("sysctls")) {
      Form.SYSCTL.check(pair.placed().with(pair.key()), findings);
      if (pair.value().filter(value -> !value.isEmpty()).isEmpty()) {
        findings.refuse(pair.placed(), "empty (expected: a value)");
      }
    }
    spec.putAllSysctls(fields.textMap("sysctls"));
  }

  private void devices() {
    for (Fields device : fields.sections("devices", ServiceKeys.DEVICE)) {
      Optional<Placed<String>> source = device.text("source");
      Optional<Placed<String>> target = device.text("target");
      Optional<Placed<String>> permissions = device.text("permissions");
      device.close();
      if (source.isEmpty()) {
        findings.refuse(device.self(), "source: missing (expected: a path such as /dev/dri)");
        continue;
      }
      boolean path = source.get().value().startsWith("/");
      if (!path && !Form.CDI.fits(source.get().value())) {
        findings.bad(source.get(), Form.CDI.expected());
      }
      permissions.ifPresent(letters -> Form.ACCESS.check(letters, findings));
      Device.Builder built = Device.newBuilder().setSource(source.get().value());
      // A CDI name says itself where its devices are and what may be done with them.
      if (path) {
        target
            .filter(there -> !there.value().equals(source.get().value()))
            .ifPresent(there -> built.setTarget(there.value()));
        permissions.ifPresent(letters -> built.setPermissions(letters.value()));
      }
      spec.addDevices(built);
    }
  }
}
