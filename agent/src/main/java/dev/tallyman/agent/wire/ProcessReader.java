package dev.tallyman.agent.wire;

import dev.tallyman.proto.v1.Device;
import dev.tallyman.proto.v1.Logging;
import dev.tallyman.proto.v1.Ulimit;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.ProcessSpec.Named;
import dev.tallyman.runtime.ProcessSpec.Namespace;
import dev.tallyman.runtime.ProcessSpec.OfHost;
import dev.tallyman.runtime.ProcessSpec.OfWorkload;
import dev.tallyman.runtime.ProcessSpec.Own;
import dev.tallyman.runtime.ProcessSpec.Trait;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the surroundings of one workload's process. */
final class ProcessReader {

  /** Begins a namespace that is another workload's. */
  static final String OF_WORKLOAD = "workload:";

  /** The namespace of the host. */
  static final String OF_HOST = "host";

  private static final long UNBOUNDED = -1;
  private static final String BOUND_FORM = "0 or more; -1: no bound";
  private static final String ALL_ACCESS = "rwm";

  private static final Form ULIMIT =
      Form.of(
          "as|core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime"
              + "|sigpending|stack",
          "a bound of Linux as nofile, nproc or memlock");
  private static final Form PLATFORM =
      Form.of("[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?", "os/architecture or os/architecture/variant");
  private static final Form ACCESS =
      Form.of("(?!.*(.).*\\1)[rwm]{1,3}", "some of the letters r, w and m");

  private static final Pattern SYSCTL = Pattern.compile("[a-z][a-z0-9_-]*([./][A-Za-z0-9_*-]+)++");
  private static final Pattern CDI =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*=[A-Za-z0-9_.:-]+");

  private ProcessReader() {}

  static ProcessSpec read(Identity self, WorkloadSpec spec, FieldFaults faults) {
    return new ProcessSpec(
        traits(spec),
        ulimits(spec.getUlimitsList(), faults),
        sysctls(spec.getSysctlsMap(), faults),
        devices(spec.getDevicesList(), faults),
        Numbers.upTo("spec.shm_bytes", spec.getShmBytes(), Bounds.MEMORY_BYTES, faults),
        namespace("spec.pid_namespace", spec.getPidNamespace(), List.of(), self, faults),
        namespace(
            "spec.ipc_namespace",
            spec.getIpcNamespace(),
            List.of("private", "shareable", "none"),
            self,
            faults),
        spec.hasLogging() ? Optional.of(logging(spec.getLogging(), faults)) : Optional.empty(),
        PLATFORM.optional("spec.platform", spec.getPlatform(), faults),
        Form.WORD.optional("spec.oci_runtime", spec.getOciRuntime(), faults),
        Texts.pairs("spec.annotations", spec.getAnnotationsMap(), faults));
  }

  /** Whether a device is a name of the Container Device Interface, and not a path. */
  static boolean isCdi(String source) {
    return CDI.matcher(source).matches();
  }

  private static Set<Trait> traits(WorkloadSpec spec) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    if (spec.getInit()) {
      traits.add(Trait.INIT);
    }
    if (spec.getTty()) {
      traits.add(Trait.TTY);
    }
    if (spec.getStdinOpen()) {
      traits.add(Trait.STDIN_OPEN);
    }
    return traits;
  }

  private static List<ProcessSpec.Ulimit> ulimits(List<Ulimit> messages, FieldFaults faults) {
    List<ProcessSpec.Ulimit> ulimits = new ArrayList<>(messages.size());
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = "spec.ulimits[" + i + "]";
      Ulimit message = messages.get(i);
      String name = ULIMIT.required(field + ".name", message.getName(), faults);
      Integer before = names.putIfAbsent(name, i);
      if (before != null) {
        faults.add(
            field + ".name",
            name,
            "a name that spec.ulimits[" + before + "] does not have already");
      }
      checkBounds(field, message.getSoft(), message.getHard(), faults);
      ulimits.add(new ProcessSpec.Ulimit(name, message.getSoft(), message.getHard()));
    }
    return ulimits;
  }

  private static void checkBounds(String field, long soft, long hard, FieldFaults faults) {
    if (soft < UNBOUNDED) {
      faults.add(field + ".soft", soft, BOUND_FORM);
    }
    if (hard < UNBOUNDED) {
      faults.add(field + ".hard", hard, BOUND_FORM);
    } else if (hard != UNBOUNDED && (soft == UNBOUNDED || soft > hard)) {
      faults.add(field + ".soft", soft, "not above hard, which is " + hard);
    }
  }

  private static Map<String, String> sysctls(Map<String, String> sysctls, FieldFaults faults) {
    sysctls.forEach((name, value) -> {
      if (!SYSCTL.matcher(name).matches()) {
        faults.addDescribed(
            Texts.entry("spec.sysctls", name),
            "no name of a setting",
            "a name as net.core.somaxconn");
      }
      if (value.isEmpty()) {
        faults.addDescribed(Texts.entry("spec.sysctls", name), "empty", "a value");
      }
    });
    return Texts.pairs("spec.sysctls", sysctls, faults);
  }

  private static List<ProcessSpec.Device> devices(List<Device> messages, FieldFaults faults) {
    faults.addIfMore("spec.devices", messages.size(), "devices", Bounds.PARTS);
    List<ProcessSpec.Device> devices = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      devices.add(device("spec.devices[" + i + "]", messages.get(i), faults));
    }
    return devices;
  }

  private static ProcessSpec.Device device(String field, Device message, FieldFaults faults) {
    String source = message.getSource();
    if (isCdi(source)) {
      if (!message.getTarget().isEmpty() || !message.getPermissions().isEmpty()) {
        faults.add(field, source, "neither target nor permissions beside a CDI name");
      }
      return new ProcessSpec.Device(source, source, ALL_ACCESS);
    }
    if (!source.startsWith("/") || source.indexOf('\0') >= 0) {
      faults.add(
          field + ".source",
          source,
          "an absolute path of the host, or a CDI name as vendor.com/class=name");
    }
    return new ProcessSpec.Device(
        source,
        Texts.optionalPath(field + ".target", message.getTarget(), faults).orElse(source),
        ACCESS
            .optional(field + ".permissions", message.getPermissions(), faults)
            .orElse(ALL_ACCESS));
  }

  private static Namespace namespace(
      String field, String text, List<String> words, Identity self, FieldFaults faults) {
    if (text.isEmpty()) {
      return new Own();
    }
    if (text.equals(OF_HOST)) {
      return new OfHost();
    }
    if (text.startsWith(OF_WORKLOAD)) {
      String workload = text.substring(OF_WORKLOAD.length());
      return new OfWorkload(DependenciesReader.other(field, workload, self, faults));
    }
    if (!words.contains(text)) {
      List<String> expected = new ArrayList<>(words);
      expected.add(OF_HOST);
      faults.add(
          field, text, String.join(", ", expected) + " or " + OF_WORKLOAD + "NAME; or empty");
    }
    return new Named(text);
  }

  private static ProcessSpec.Logging logging(Logging message, FieldFaults faults) {
    return new ProcessSpec.Logging(
        Form.WORD.required("spec.logging.driver", message.getDriver(), faults),
        Texts.pairs("spec.logging.options", message.getOptionsMap(), faults));
  }
}
