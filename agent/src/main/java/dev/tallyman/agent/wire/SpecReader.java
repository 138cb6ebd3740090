package dev.tallyman.agent.wire;

import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Probes;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.UpdatePolicy;
import dev.tallyman.agent.model.Workload.Enforcement;
import dev.tallyman.agent.wire.EnvReader.Environment;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.PortBinding;
import dev.tallyman.runtime.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what is to run, by putting together what the readers of its parts read. Where a part is
 * faulty a reader leaves a stand-in, and the fault among the faults; then there is no workload.
 */
final class SpecReader {

  private static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(10);

  private static final Form IMAGE =
      Form.of(
          "[\\x21-\\x7e]{1," + Bounds.IMAGE_BYTES + "}",
          "at most "
              + Bounds.IMAGE_BYTES
              + " ASCII characters without spaces and control characters");
  private static final Pattern USER = Pattern.compile("[^:\\s\\p{Cntrl}]+(:[^:\\s\\p{Cntrl}]+)?");
  private static final Form RUNTIME =
      Form.of("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", "the name of one of the node's runtimes");
  private static final Form STOP_SIGNAL =
      Form.of(
          "SIG(HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT"
              + "|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR"
              + "|SYS|RTMIN(\\+([1-9]|1[0-5]))?|RTMAX(-([1-9]|1[0-4]))?)",
          "a signal of Linux by name, such as SIGTERM, SIGINT or SIGRTMIN+3");

  private SpecReader() {}

  /** The workload, unless it has a fault now or had one before. */
  static Optional<dev.tallyman.agent.model.Workload> read(
      Identity identity, Workload message, FieldFaults faults) {
    WorkloadSpec spec = message.getSpec();
    checkSize(spec, faults);
    String image = image(spec.getImage(), faults);
    PullPolicy pullPolicy = pullPolicy(spec, faults);
    List<String> command = Texts.arguments("spec.command", spec.getCommandList(), faults);
    List<String> args = Texts.arguments("spec.args", spec.getArgsList(), faults);
    Environment environment = EnvReader.read(spec.getEnvList(), faults);
    Optional<String> workingDir =
        Texts.optionalPath("spec.working_dir", spec.getWorkingDir(), faults);
    Optional<String> user = user(spec.getUser(), faults);
    Isolation isolation = isolation(spec, faults);
    Optional<String> runtime = RUNTIME.optional("spec.runtime", spec.getRuntime(), faults);
    Limits limits = ResourcesReader.limits(spec.getResources(), faults);
    RestartPolicy restart = RestartReader.read(spec.getRestart(), faults);
    List<PortBinding> ports = PortsReader.read(spec.getPortsList(), faults);
    Optional<String> stopSignal =
        STOP_SIGNAL.optional("spec.stop_signal", spec.getStopSignal(), faults);
    Duration stopGrace = stopGrace(spec, faults);
    Optional<String> fixedName =
        Form.ENGINE_NAME.optional("spec.instance_name", spec.getInstanceName(), faults);
    Surroundings surroundings = SurroundingsReader.read(identity, spec, faults);
    Enforcement enforcement = enforcement(spec, faults);
    Probes probes = ProbesReader.read(spec, faults);
    List<Dependency> dependencies =
        DependenciesReader.read(
            identity,
            message.getDependenciesList(),
            SurroundingsReader.shared(surroundings),
            faults);
    List<String> dependencyNames = dependencies.stream().map(Dependency::workload).toList();
    EnvReader.requireDependencies(environment, dependencyNames, faults);
    UpdatePolicy update = UpdateReader.read(message.getUpdate(), probes, faults);
    UpdateReader.requireRoomForTwo(update, spec, faults);
    if (!faults.isEmpty()) {
      return Optional.empty();
    }
    InstanceSpec instance =
        new InstanceSpec(
            identity.uid(),
            identity.stack(),
            identity.name(),
            identity.labels(),
            image,
            command,
            args,
            environment.variables(),
            workingDir,
            user,
            isolation,
            limits,
            ports,
            stopSignal,
            stopGrace,
            fixedName,
            identity.feed(),
            dependencyNames,
            Map.of(),
            surroundings);
    return Optional.of(
        dev.tallyman.agent.model.Workload.of(
                identity.generation(), instance, pullPolicy, runtime, restart)
            .with(dependencies, update, probes, environment.templates())
            .enforcing(enforcement));
  }

  private static void checkSize(WorkloadSpec spec, FieldFaults faults) {
    long bytes = spec.getSerializedSize() - FilesReader.bytes(spec.getFilesList());
    if (bytes > Bounds.SPEC_BYTES) {
      faults.addDescribed("spec", bytes + " bytes", "at most " + Bounds.SPEC_BYTES);
    }
  }

  private static Enforcement enforcement(WorkloadSpec spec, FieldFaults faults) {
    return switch (spec.getEnforcement()) {
      case ENFORCEMENT_UNSPECIFIED, ENFORCEMENT_STRICT -> Enforcement.STRICT;
      case ENFORCEMENT_WARN -> Enforcement.WARN;
      case UNRECOGNIZED -> {
        faults.add(
            "spec.enforcement",
            spec.getEnforcementValue(),
            Texts.words(dev.tallyman.proto.v1.Enforcement.values()));
        yield Enforcement.STRICT;
      }
    };
  }

  private static String image(String image, FieldFaults faults) {
    if (image.isEmpty()) {
      faults.addDescribed("spec.image", "missing", "an image reference");
      return image;
    }
    return IMAGE.required("spec.image", image, faults);
  }

  private static PullPolicy pullPolicy(WorkloadSpec spec, FieldFaults faults) {
    return switch (spec.getPullPolicy()) {
      case PULL_POLICY_UNSPECIFIED, PULL_POLICY_IF_NOT_PRESENT -> PullPolicy.IF_NOT_PRESENT;
      case PULL_POLICY_ALWAYS -> PullPolicy.ALWAYS;
      case PULL_POLICY_NEVER -> PullPolicy.NEVER;
      case UNRECOGNIZED -> {
        faults.add(
            "spec.pull_policy",
            spec.getPullPolicyValue(),
            Texts.words(dev.tallyman.proto.v1.PullPolicy.values()));
        yield PullPolicy.IF_NOT_PRESENT;
      }
    };
  }

  private static Isolation isolation(WorkloadSpec spec, FieldFaults faults) {
    return switch (spec.getIsolation()) {
      case ISOLATION_UNSPECIFIED, ISOLATION_CONTAINER -> Isolation.CONTAINER;
      case ISOLATION_SANDBOX -> Isolation.SANDBOX;
      case ISOLATION_MICROVM -> Isolation.MICROVM;
      case UNRECOGNIZED -> {
        faults.add(
            "spec.isolation",
            spec.getIsolationValue(),
            Texts.words(dev.tallyman.proto.v1.Isolation.values()));
        yield Isolation.MICROVM;
      }
    };
  }

  private static Optional<String> user(String user, FieldFaults faults) {
    if (user.isEmpty()) {
      return Optional.empty();
    }
    if (!USER.matcher(user).matches() || Texts.bytes(user) > Bounds.USER_BYTES) {
      faults.add(
          "spec.user",
          user,
          "user or user:group, at most " + Bounds.USER_BYTES + " bytes without spaces");
    }
    return Optional.of(user);
  }

  private static Duration stopGrace(WorkloadSpec spec, FieldFaults faults) {
    return spec.hasStopGracePeriod()
        ? Spans.read(
            "spec.stop_grace_period",
            spec.getStopGracePeriod(),
            Bounds.STOP_GRACE,
            DEFAULT_STOP_GRACE,
            faults)
        : DEFAULT_STOP_GRACE;
  }
}
