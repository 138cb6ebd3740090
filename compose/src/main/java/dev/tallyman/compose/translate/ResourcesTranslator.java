package dev.tallyman.compose.translate;

import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Limits and reservations, of the service and of its {@code deploy}. */
final class ResourcesTranslator {

  private static final Pattern CORES = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final Pattern CPUSET = Pattern.compile("\\d+(-\\d+)?(,\\d+(-\\d+)?)*+");
  private static final long MAX_BYTES = 1L << 50;
  private static final long DEFAULT_PERIOD = 100_000;
  private static final long MAX_PIDS = 1L << 22;
  private static final long LEAST_SHARES = 2;
  private static final long MOST_SHARES = 262_144;
  private static final long SHARES_PER_CORE = 1024;

  private final Fields fields;
  private final Optional<Fields> limits;
  private final Optional<Fields> reservations;
  private final Resources.Builder resources = Resources.newBuilder();
  private final Findings findings;

  private ResourcesTranslator(Service service, Findings findings) {
    this.fields = service.fields();
    this.findings = findings;
    Optional<Fields> deployed =
        service.deploy().flatMap(deploy -> deploy.section("resources", ProjectKeys.RESOURCES));
    this.limits = deployed.flatMap(part -> part.section("limits", ProjectKeys.LIMITS));
    this.reservations =
        deployed.flatMap(part -> part.section("reservations", ProjectKeys.RESERVATIONS));
    deployed.ifPresent(Fields::close);
  }

  static void translate(Service service, WorkloadSpec.Builder spec, Findings findings) {
    ResourcesTranslator translator = new ResourcesTranslator(service, findings);
    translator.cpu();
    translator.memory();
    translator.others();
    translator.limits.ifPresent(Fields::close);
    translator.reservations.ifPresent(Fields::close);
    if (!translator.resources.build().equals(Resources.getDefaultInstance())) {
      spec.setResources(translator.resources);
    }
  }

  private void cpu() {
    Optional<Placed<Long>> own = fields.text("cpus").flatMap(this::millis);
    Optional<Placed<Long>> deployed =
        limits.flatMap(part -> part.text("cpus")).flatMap(this::millis);
    Optional<Placed<Long>> quota = quota(own.or(() -> deployed));
    one(one(own, deployed), quota).ifPresent(millis -> resources.setCpuMillis(millis.value()));
    Optional<Placed<Long>> shares =
        fields.number("cpu_shares", 0, MOST_SHARES).filter(number -> number.value() != 0);
    shares
        .filter(number -> number.value() < LEAST_SHARES)
        .ifPresent(number -> findings.bad(number, LEAST_SHARES + " to " + MOST_SHARES));
    // A reservation is a share when processors are scarce: 1024 for each core.
    Optional<Placed<Long>> reserved =
        reservations
            .flatMap(part -> part.text("cpus"))
            .flatMap(this::millis)
            .map(millis -> millis.with(shares(millis.value())));
    one(shares, reserved).ifPresent(number -> resources.setCpuShares(number.value()));
    fields
        .text("cpuset")
        .ifPresent(set -> {
          if (!CPUSET.matcher(set.value()).matches()) {
            findings.bad(set, "processors such as 0-2,4");
          }
          resources.setCpuset(set.value());
        });
  }

  private static long shares(long millis) {
    return Math.clamp(millis * SHARES_PER_CORE / 1000, LEAST_SHARES, MOST_SHARES);
  }

  private Optional<Placed<Long>> quota(Optional<Placed<Long>> cpus) {
    Optional<Placed<Long>> period = fields.number("cpu_period", 1_000, 1_000_000);
    Optional<Placed<Long>> quota =
        fields.number("cpu_quota", -1, Long.MAX_VALUE / 1000).filter(time -> time.value() > 0);
    if (quota.isEmpty()) {
      period
          .filter(_ -> cpus.isEmpty())
          .ifPresent(time -> findings.refuse(time, "without cpu_quota: it bounds nothing"));
      return Optional.empty();
    }
    long micros = period.map(Placed::value).orElse(DEFAULT_PERIOD);
    return quota.map(time -> time.with(Math.max(1, time.value() * 1000 / micros)));
  }

  private void memory() {
    Optional<Placed<Long>> own = bytes(fields, "mem_limit", 0);
    Optional<Placed<Long>> deployed = limits.flatMap(part -> bytes(part, "memory", 0));
    Optional<Placed<Long>> limit = one(own, deployed);
    limit.ifPresent(bytes -> resources.setMemoryBytes(bytes.value()));
    Optional<Placed<Long>> reserved =
        one(
            bytes(fields, "mem_reservation", 0),
            reservations.flatMap(part -> bytes(part, "memory", 0)));
    reserved.ifPresent(bytes -> resources.setMemoryReservationBytes(bytes.value()));
    if (limit.isPresent() && reserved.isPresent() && reserved.get().value() > limit.get().value()) {
      findings.bad(reserved.get(), "at most the limit at " + limit.get().place());
    }
    bytes(fields, "memswap_limit", -1)
        .ifPresent(swap -> {
          if (swap.value() > 0 && limit.isEmpty()) {
            findings.refuse(swap, "without a memory limit it bounds nothing; set mem_limit: too");
          } else if (swap.value() > 0 && swap.value() < limit.get().value()) {
            findings.bad(
                swap, "memory and swap together, so at least the limit at " + limit.get().place());
          }
          resources.setMemorySwapBytes(swap.value());
        });
  }

  private void others() {
    Optional<Placed<Long>> own =
        fields.number("pids_limit", -1, MAX_PIDS).filter(ResourcesTranslator::positive);
    Optional<Placed<Long>> deployed =
        limits
            .flatMap(part -> part.number("pids", -1, MAX_PIDS))
            .filter(ResourcesTranslator::positive);
    one(own, deployed).ifPresent(pids -> resources.setPids(pids.value()));
    fields
        .number("oom_score_adj", -1000, 1000)
        .ifPresent(score -> resources.setOomScoreAdjustment(score.value().intValue()));
  }

  private static boolean positive(Placed<Long> number) {
    return number.value() > 0;
  }

  /** Either of two ways to say the same; a fault where they say different things. */
  private Optional<Placed<Long>> one(Optional<Placed<Long>> one, Optional<Placed<Long>> other) {
    if (one.isPresent() && other.isPresent() && !one.get().value().equals(other.get().value())) {
      findings.refuse(
          other.get(),
          "says something else than %s at %s; leave one of them out"
              .formatted(one.get().path(), one.get().place()));
    }
    return one.or(() -> other);
  }

  private Optional<Placed<Long>> millis(Placed<String> cores) {
    if (!CORES.matcher(cores.value()).matches()) {
      findings.bad(cores, "a number of cores such as 0.5");
      return Optional.empty();
    }
    BigDecimal amount = new BigDecimal(cores.value());
    long millis = amount.movePointRight(3).setScale(0, RoundingMode.HALF_UP).longValue();
    if (amount.signum() == 0) {
      return Optional.empty();
    }
    if (millis == 0) {
      findings.bad(cores, "a number of cores, at least 0.001; 0 for no limit");
    }
    return Optional.of(cores.with(millis));
  }

  /** A number of bytes; 0, which is as if it were not set, is none. */
  private static Optional<Placed<Long>> bytes(Fields of, String key, long least) {
    return of.number(key, least, MAX_BYTES).filter(bytes -> bytes.value() != 0);
  }
}
