package dev.tallyman.cli;

import dev.tallyman.agent.manifest.FieldPaths;
import dev.tallyman.agent.manifest.ManifestWorkload;
import dev.tallyman.cli.client.Peer;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.FaultsException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what a control plane found wrong with workloads in the words of the manifests that they
 * came from: {@code assignments[1].workload.spec.user: ...} becomes {@code hello.yaml:7:5: job:
 * user: ...}.
 */
final class ApplyFaults {

  private static final Pattern PATH =
      Pattern.compile("assignments\\[(\\d{1,6})]\\.(?:workload\\.)?([^:]*)(: .*)");

  private ApplyFaults() {}

  /** One fault for each line of the message; lines that name no workload stay as they are. */
  static FaultsException translate(String message, List<ManifestWorkload> workloads) {
    return new FaultsException(message.lines().map(line -> fault(line, workloads)).toList());
  }

  private static Fault fault(String line, List<ManifestWorkload> workloads) {
    Matcher matcher = PATH.matcher(line);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= workloads.size()) {
      return new Fault(Peer.CONTROL_PLANE.toString(), line);
    }
    ManifestWorkload workload = workloads.get(Integer.parseInt(matcher.group(1)));
    String field = FieldPaths.inManifest(matcher.group(2));
    return new Fault(
        workload.where(), workload.workload().getName() + ": " + field + matcher.group(3));
  }
}
