package dev.tallyman.controlplane;

import dev.tallyman.proto.v1.ApplyWorkloadsRequest;
import dev.tallyman.proto.v1.Assignment;
import dev.tallyman.proto.v1.DeleteWorkloadsRequest;
import dev.tallyman.proto.v1.GetWorkloadRequest;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadKey;
import dev.tallyman.proto.v1.WorkloadSpec;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.util.Arrays;

/** Messages that tests need again and again. */
public final class Workloads {

  private Workloads() {}

  public static Workload workload(String name) {
    return workload(name, "busybox:1");
  }

  public static Workload workload(String name, String image) {
    return Workload.newBuilder()
        .setName(name)
        .setSpec(WorkloadSpec.newBuilder().setImage(image))
        .build();
  }

  public static ApplyWorkloadsRequest apply(String node, Workload... workloads) {
    return ApplyWorkloadsRequest.newBuilder()
        .addAllAssignments(
            Arrays.stream(workloads)
                .map(w -> Assignment.newBuilder().setNode(node).setWorkload(w).build())
                .toList())
        .build();
  }

  public static DeleteWorkloadsRequest delete(String... names) {
    return DeleteWorkloadsRequest.newBuilder()
        .addAllKeys(
            Arrays.stream(names).map(n -> WorkloadKey.newBuilder().setName(n).build()).toList())
        .build();
  }

  public static GetWorkloadRequest get(String name) {
    return GetWorkloadRequest.newBuilder().setKey(WorkloadKey.newBuilder().setName(name)).build();
  }

  public static WorkloadStatus status(Workload workload, Phase phase) {
    return WorkloadStatus.newBuilder()
        .setUid(workload.getUid())
        .setName(workload.getName())
        .setStack(workload.getStack())
        .setGeneration(workload.getGeneration())
        .setPhase(phase)
        .build();
  }
}
