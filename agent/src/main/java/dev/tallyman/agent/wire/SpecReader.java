package dev.tallyman.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ProtocolMessageEnum;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Resources;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.PortBinding;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One spec as it was read: each part as sent, or its default. Where a part is faulty a stand-in is
 * in its place, and the fault among the faults; then there is no workload.
 */
record SpecReader(
    String image,
    PullPolicy pullPolicy,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    Optional<String> workingDir,
    Optional<String> user,
    Isolation isolation,
    Optional<String> runtime,
    Limits limits,
    RestartPolicy restart,
    List<PortBinding> ports,
    Optional<String> stopSignal,
    Duration stopGrace) {

  private static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(10);

  private static final Pattern IMAGE = Pattern.compile("[\\x21-\\x7e]+");
  private static final Pattern USER = Pattern.compile("[^:\\s\\p{Cntrl}]+(:[^:\\s\\p{Cntrl}]+)?");
  private static final Pattern RUNTIME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
  private static final Pattern STOP_SIGNAL =
      Pattern.compile(
          "SIG(HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT"
              + "|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR"
              + "|SYS|RTMIN(\\+([1-9]|1[0-5]))?|RTMAX(-([1-9]|1[0-4]))?)");

  /** Reads a spec, and notes its faults. */
  static SpecReader read(WorkloadSpec spec, FieldFaults faults) {
    int bytes = spec.getSerializedSize();
    if (bytes > Bounds.SPEC_BYTES) {
      faults.addDescribed("spec", bytes + " bytes", "at most " + Bounds.SPEC_BYTES);
    }
    return new SpecReader(
        image(spec.getImage(), faults),
        pullPolicy(spec, faults),
        texts("spec.command", spec.getCommandList(), faults),
        texts("spec.args", spec.getArgsList(), faults),
        env(spec.getEnvList(), faults),
        workingDir(spec.getWorkingDir(), faults),
        user(spec.getUser(), faults),
        isolation(spec, faults),
        runtime(spec.getRuntime(), faults),
        limits(spec.getResources(), faults),
        RestartReader.read(spec.getRestart(), faults),
        PortsReader.read(spec.getPortsList(), faults),
        stopSignal(spec.getStopSignal(), faults),
        spec.hasStopGracePeriod()
            ? Spans.read(
                "spec.stop_grace_period",
                spec.getStopGracePeriod(),
                Bounds.STOP_GRACE,
                DEFAULT_STOP_GRACE,
                faults)
            : DEFAULT_STOP_GRACE);
  }

  /** The workload that has this spec. Only when there were no faults. */
  Workload workload(
      String uid, String stack, String name, Map<String, String> labels, long generation) {
    InstanceSpec spec =
        new InstanceSpec(
            uid,
            stack,
            name,
            labels,
            image,
            command,
            args,
            env,
            workingDir,
            user,
            isolation,
            limits,
            ports,
            stopSignal,
            stopGrace);
    return Workload.of(generation, spec, pullPolicy, runtime, restart);
  }

  private static String image(String image, FieldFaults faults) {
    if (image.isEmpty()) {
      faults.addDescribed("spec.image", "missing", "an image reference");
    } else if (image.length() > Bounds.IMAGE_BYTES || !IMAGE.matcher(image).matches()) {
      faults.add(
          "spec.image",
          image,
          "at most "
              + Bounds.IMAGE_BYTES
              + " ASCII characters without spaces and control characters");
    }
    return image;
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
            words(dev.tallyman.proto.v1.PullPolicy.values()));
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
            words(dev.tallyman.proto.v1.Isolation.values()));
        yield Isolation.MICROVM;
      }
    };
  }

  private static List<String> texts(String field, List<String> texts, FieldFaults faults) {
    if (texts.size() > Bounds.LIST_ENTRIES) {
      faults.addDescribed(field, texts.size() + " entries", "at most " + Bounds.LIST_ENTRIES);
    }
    for (int i = 0; i < texts.size(); i++) {
      text(field + "[" + i + "]", texts.get(i), 0, faults);
    }
    return texts;
  }

  /** Any text but NUL; it may be a secret. */
  private static void text(String field, String text, int bytesBefore, FieldFaults faults) {
    if (text.indexOf('\0') >= 0) {
      faults.addDescribed(field, "contains NUL", "text without NUL");
    }
    int bytes = bytesBefore + text.getBytes(UTF_8).length;
    if (bytes > Bounds.ARGUMENT_BYTES) {
      faults.addDescribed(field, bytes + " bytes", "at most " + Bounds.ARGUMENT_BYTES);
    }
  }

  private static Map<String, String> env(List<EnvVar> vars, FieldFaults faults) {
    if (vars.size() > Bounds.LIST_ENTRIES) {
      faults.addDescribed("spec.env", vars.size() + " variables", "at most " + Bounds.LIST_ENTRIES);
    }
    Map<String, String> env = new LinkedHashMap<>();
    for (int i = 0; i < vars.size(); i++) {
      EnvVar variable = vars.get(i);
      String name = variable.getName();
      String field = "spec.env[" + i + "]";
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        // Somebody may have put "NAME=secret" here.
        faults.addDescribed(
            field + ".name",
            name.isEmpty() ? "empty" : "contains '=' or NUL",
            "a name without '=' and NUL");
      } else if (env.containsKey(name)) {
        faults.add(field + ".name", name, "a name that occurs once");
      }
      text(field + ".value", variable.getValue(), name.getBytes(UTF_8).length + 1, faults);
      env.put(name, variable.getValue());
    }
    return env;
  }

  private static Optional<String> workingDir(String path, FieldFaults faults) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (!path.startsWith("/")
        || path.indexOf('\0') >= 0
        || path.getBytes(UTF_8).length > Bounds.PATH_BYTES) {
      faults.add(
          "spec.working_dir",
          path,
          "an absolute path of at most " + Bounds.PATH_BYTES + " bytes without NUL");
    }
    return Optional.of(path);
  }

  private static Optional<String> user(String user, FieldFaults faults) {
    if (user.isEmpty()) {
      return Optional.empty();
    }
    if (!USER.matcher(user).matches() || user.getBytes(UTF_8).length > Bounds.USER_BYTES) {
      faults.add(
          "spec.user",
          user,
          "user or user:group, at most " + Bounds.USER_BYTES + " bytes without spaces");
    }
    return Optional.of(user);
  }

  private static Optional<String> runtime(String name, FieldFaults faults) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (!RUNTIME.matcher(name).matches()) {
      faults.add("spec.runtime", name, "the name of one of the node's runtimes, or empty");
    }
    return Optional.of(name);
  }

  private static Limits limits(Resources resources, FieldFaults faults) {
    String field = "spec.resources.";
    return new Limits(
        limit(field + "cpu_millis", resources.getCpuMillis(), Bounds.CPU_MILLIS, faults),
        limit(field + "memory_bytes", resources.getMemoryBytes(), Bounds.MEMORY_BYTES, faults),
        limit(field + "pids", resources.getPids(), Bounds.PIDS, faults));
  }

  private static long limit(String field, long value, long most, FieldFaults faults) {
    if (value < 0) {
      faults.add(field, value, "0 or more");
      return 0;
    }
    if (value > most) {
      faults.add(field, value, "at most " + most);
    }
    return value;
  }

  private static Optional<String> stopSignal(String signal, FieldFaults faults) {
    if (signal.isEmpty()) {
      return Optional.empty();
    }
    if (!STOP_SIGNAL.matcher(signal).matches()) {
      faults.add(
          "spec.stop_signal",
          signal,
          "a signal of Linux by name, such as SIGTERM, SIGINT or SIGRTMIN+3");
    }
    return Optional.of(signal);
  }

  /** The words of an enum but its first, which means the default, and the one for unknown. */
  static String words(ProtocolMessageEnum[] values) {
    return Stream.of(values)
        .skip(1)
        .map(Object::toString)
        .filter(word -> !word.equals("UNRECOGNIZED"))
        .collect(Collectors.joining(", ", "one of ", ""));
  }
}
