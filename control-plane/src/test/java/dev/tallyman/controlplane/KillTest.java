package dev.tallyman.controlplane;

import static dev.tallyman.controlplane.Workloads.apply;
import static dev.tallyman.controlplane.Workloads.workload;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.ApplyWorkloadsResponse;
import dev.tallyman.proto.v1.FleetGrpc;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.ListWorkloadsResponse;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {

  private static final int WRITERS = 4;

  @TempDir private Path folder;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  @Test
  void killed_at_any_moment_it_has_kept_every_write_that_it_answered() throws Exception {
    Set<String> stores = new HashSet<>();
    long revision = 0;
    for (int round = 1; round <= 3; round++) {
      Process process = startProcess();
      int enough = acknowledged.size() + 40;
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int w = 0; w < WRITERS; w++) {
          String prefix = "r" + round + "-" + w + "-";
          threads.execute(() -> applyUntilItDies(prefix));
        }
        Awaitility.await()
            .atMost(60, TimeUnit.SECONDS)
            .pollInterval(1, TimeUnit.MILLISECONDS)
            .until(() -> acknowledged.size() >= enough);
        // SIGKILL, in the middle of whatever it does.
        process.destroyForcibly();
      }
      assertThat(process.waitFor()).isEqualTo(128 + 9);

      try (ControlPlaneFixture again = new ControlPlaneFixture(folder, new TestTime());
          FakeNode node = FakeNode.connect(again.channel(), "n1", "agent-1")) {
        stores.add(node.awaitWelcome().getStoreId());
        ListWorkloadsResponse list =
            again.fleet().listWorkloads(ListWorkloadsRequest.getDefaultInstance());
        assertThat(
                list.getWorkloadsList().stream()
                    .map(w -> w.getWorkload().getName())
                    .collect(toSet()))
            .containsAll(acknowledged);
        assertThat(list.getRevision()).isGreaterThanOrEqualTo(acknowledged.size());
        assertThat(list.getRevision()).isGreaterThan(revision);
        revision = list.getRevision();
      }
    }
    assertThat(stores).hasSize(1);
  }

  private void applyUntilItDies(String prefix) {
    ManagedChannel channel =
        Channels.open(ChannelSpec.plain(new Endpoint.UnixSocket(folder.resolve("run/cp.sock"))));
    FleetGrpc.FleetBlockingStub fleet =
        FleetGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    try {
      for (int i = 0; i < 10_000; i++) {
        Workload workload = workload(prefix + i);
        ApplyWorkloadsResponse response = fleet.applyWorkloads(apply("n1", workload));
        acknowledged.add(response.getResults(0).getWorkload().getWorkload().getName());
      }
    } catch (StatusRuntimeException _) {
      // It was killed; what it did not answer may or may not be there.
    } finally {
      channel.shutdownNow();
    }
  }

  private Process startProcess() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                ControlPlaneProcess.class.getName(),
                folder.toString())
            .redirectError(Redirect.DISCARD)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(output.lines().anyMatch("ready"::equals)).isTrue();
    // Nobody reads on; its log must not fill the pipe.
    Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {}));
    return process;
  }
}
