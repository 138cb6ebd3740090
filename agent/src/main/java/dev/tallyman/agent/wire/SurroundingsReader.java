package dev.tallyman.agent.wire;

import dev.tallyman.agent.wire.DependenciesReader.Sharing;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.runtime.Networking;
import dev.tallyman.runtime.ProcessSpec;
import dev.tallyman.runtime.ProcessSpec.Namespace;
import dev.tallyman.runtime.Surroundings;
import java.util.ArrayList;
import java.util.List;

/** Reads what one workload finds around it. */
final class SurroundingsReader {

  private SurroundingsReader() {}

  static Surroundings read(Identity self, WorkloadSpec spec, FieldFaults faults) {
    Targets targets = new Targets();
    return new Surroundings(
        NetworkingReader.read(self, spec, faults),
        MountsReader.read(spec.getMountsList(), targets, faults),
        FilesReader.read(spec.getFilesList(), targets, faults),
        SecurityReader.read(spec.getSecurity(), faults),
        ProcessReader.read(self, spec, faults),
        ResourcesReader.tuning(spec.getResources(), faults));
  }

  /** The namespaces of others that it lives in. */
  static List<Sharing> shared(Surroundings surroundings) {
    List<Sharing> shared = new ArrayList<>();
    switch (surroundings.networking().mode()) {
      case Networking.SharedWith(String workload) ->
          shared.add(new Sharing("spec.networking.workload", workload));
      case Networking.Engine _, Networking.Attached _, Networking.None _, Networking.Host _ -> {
        // Its own, or the host's.
      }
    }
    share("spec.pid_namespace", surroundings.process().pidNamespace(), shared);
    share("spec.ipc_namespace", surroundings.process().ipcNamespace(), shared);
    return shared;
  }

  private static void share(String field, Namespace namespace, List<Sharing> shared) {
    switch (namespace) {
      case ProcessSpec.OfWorkload(String workload) -> shared.add(new Sharing(field, workload));
      case ProcessSpec.Own _, ProcessSpec.OfHost _, ProcessSpec.Named _ -> {
        // Its own, or the host's.
      }
    }
  }
}
