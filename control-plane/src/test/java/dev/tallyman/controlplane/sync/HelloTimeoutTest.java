package dev.tallyman.controlplane.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.FakeNode;
import dev.tallyman.controlplane.TestTime;
import dev.tallyman.controlplane.auth.Access;
import dev.tallyman.controlplane.node.LiveNodes;
import dev.tallyman.controlplane.store.SqliteStore;
import dev.tallyman.controlplane.store.Store;
import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import dev.tallyman.transport.RunningServer;
import dev.tallyman.transport.ServerSpec;
import dev.tallyman.transport.Servers;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelloTimeoutTest {

  @TempDir private Path folder;
  private final TestTime time = new TestTime();

  @Test
  void stream_without_hello_ends_and_one_with_hello_goes_on() {
    try (Store store = SqliteStore.open(folder.resolve("store"), () -> "s", time.clock());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        RunningServer server = serve(store, timer, executor)) {
      ManagedChannel channel = Channels.open(ChannelSpec.plain(server.endpoint()));
      try (FakeNode polite = FakeNode.connect(channel, "n1", "agent-1");
          FakeNode silent = FakeNode.open(channel, "n2")) {
        polite.awaitWelcome();
        assertThat(silent.awaitEnd())
            .returns(Status.Code.DEADLINE_EXCEEDED, Status::getCode)
            .returns("no hello yet (expected: as first message)", Status::getDescription);
        polite.renew().awaitLeaseRenewed();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private RunningServer serve(
      Store store, ScheduledExecutorService timer, ExecutorService executor) {
    LiveNodes live = new LiveNodes(Duration.ofSeconds(40), time::nanos, time.clock());
    SyncRoom room =
        new SyncRoom(
            store,
            live,
            new NodeStreams(),
            time.clock(),
            executor,
            timer,
            Duration.ofMillis(300),
            "test");
    return Servers.start(
        ServerSpec.of(new Endpoint.UnixSocket(folder.resolve("run/s.sock")), new SyncService(room))
            .withInterceptors(List.of(Access.local()))
            .withGrace(Duration.ZERO));
  }
}
