package dev.tallyman.bench.node;

import dev.tallyman.bench.engine.BenchEngine.Net;
import dev.tallyman.proto.v1.NetworkMode;
import dev.tallyman.proto.v1.Networking;
import dev.tallyman.proto.v1.Probe;
import dev.tallyman.proto.v1.PullPolicy;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.util.List;
import java.util.stream.IntStream;

/** Workloads that do nothing, and the same as Compose and Kubernetes files. */
public final class Loads {

  private static final List<String> COMMAND = List.of("sleep", "3600");

  private Loads() {}

  /** So many sleepers of one stack. */
  public static List<Workload> sleepers(int count, String image, Net net) {
    return IntStream.range(0, count)
        .mapToObj(number ->
            Workload.newBuilder()
                .setName("w" + number)
                .setStack("bench")
                .setSpec(
                    WorkloadSpec.newBuilder()
                        .setImage(image)
                        .setPullPolicy(PullPolicy.PULL_POLICY_NEVER)
                        .addAllCommand(COMMAND)
                        .setIgnoreImageHealthCheck(true)
                        .setStopGracePeriod(com.google.protobuf.Duration.getDefaultInstance())
                        .setNetworking(Networking.newBuilder().setMode(mode(net))))
                .build())
        .toList();
  }

  /** The same, each with a readiness probe. */
  public static List<Workload> probed(List<Workload> workloads, Probe probe) {
    return workloads.stream()
        .map(
            w -> w.toBuilder().setSpec(w.getSpec().toBuilder().setReadiness(probe).build()).build())
        .toList();
  }

  private static NetworkMode mode(Net net) {
    return switch (net) {
      case NONE -> NetworkMode.NETWORK_MODE_NONE;
      case BRIDGE -> NetworkMode.NETWORK_MODE_ENGINE;
      case HOST -> NetworkMode.NETWORK_MODE_HOST;
    };
  }

  /** The same as a Compose file. */
  public static String compose(int count, String image, Net net) {
    StringBuilder file = new StringBuilder("version: \"3\"\nservices:\n");
    for (int number = 0; number < count; number++) {
      file.append("  w").append(number).append(":\n");
      file.append("    image: ").append(image).append('\n');
      file.append("    entrypoint: [sleep, \"3600\"]\n");
      file.append("    network_mode: ").append(net.word()).append('\n');
      file.append("    stop_grace_period: 0s\n");
    }
    return file.toString();
  }

  /** The same as pods of a Kubernetes file. */
  public static String pods(int count, String image, Net net) {
    StringBuilder file = new StringBuilder();
    for (int number = 0; number < count; number++) {
      file.append("---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: w").append(number);
      file.append("\nspec:\n");
      if (net == Net.HOST) {
        file.append("  hostNetwork: true\n");
      }
      file.append("  terminationGracePeriodSeconds: 0\n  containers:\n  - name: c\n    image: ");
      file.append(image);
      file.append("\n    imagePullPolicy: Never\n    command: [sleep, \"3600\"]\n");
    }
    return file.toString();
  }
}
