package dev.tallyman.compose.translate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.stream.Stream;

/** How much one workload may have, which an agent would refuse without saying in which line. */
final class Sizes {

  private static final int PARTS = 256;
  private static final int LIST_ENTRIES = 1000;

  /** Linux's MAX_ARG_STRLEN, without its NUL. */
  private static final int ARGUMENT_BYTES = (1 << 17) - 1;

  private static final int SPEC_BYTES = 1 << 20;
  private static final int FILES_BYTES = 4 << 20;

  private Sizes() {}

  /** Checks a workload that has been made of a service. */
  static void check(Service service, Workload workload, Findings findings) {
    WorkloadSpec spec = workload.getSpec();
    Placed<String> at = service.fields().self();
    most(at, "ports", spec.getPortsCount(), PARTS, findings);
    most(at, "volumes and tmpfs", spec.getMountsCount(), PARTS, findings);
    most(at, "secrets and configs", spec.getFilesCount(), PARTS, findings);
    most(at, "devices", spec.getDevicesCount(), PARTS, findings);
    most(at, "networks", spec.getNetworking().getNetworksCount(), PARTS, findings);
    most(at, "extra_hosts", spec.getNetworking().getExtraHostsCount(), PARTS, findings);
    most(at, "workloads that it depends on", workload.getDependenciesCount(), PARTS, findings);
    most(at, "variables", spec.getEnvCount(), LIST_ENTRIES, findings);
    most(at, "words of command and entrypoint", words(spec), LIST_ENTRIES, findings);
    arguments(at, spec, findings);
    long files = spec.getFilesList().stream().mapToLong(file -> file.getContent().size()).sum();
    most(at, "bytes of secrets and configs", files, FILES_BYTES, findings);
    most(at, "bytes of all else", spec.getSerializedSize() - files, SPEC_BYTES, findings);
  }

  private static int words(WorkloadSpec spec) {
    return Math.max(spec.getCommandCount(), spec.getArgsCount());
  }

  private static void arguments(Placed<String> at, WorkloadSpec spec, Findings findings) {
    for (EnvVar variable : spec.getEnvList()) {
      String text = variable.getName() + "=" + variable.getValue() + variable.getTemplate();
      most(
          at, "bytes of the variable " + variable.getName(), bytes(text), ARGUMENT_BYTES, findings);
    }
    Stream.concat(spec.getCommandList().stream(), spec.getArgsList().stream())
        .forEach(word ->
            most(
                at,
                "bytes of one word of command or entrypoint",
                bytes(word),
                ARGUMENT_BYTES,
                findings));
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static void most(
      Placed<String> at, String what, long count, long most, Findings findings) {
    if (count > most) {
      findings.refuse(at, "%d %s (expected: at most %d)".formatted(count, what, most));
    }
  }
}
