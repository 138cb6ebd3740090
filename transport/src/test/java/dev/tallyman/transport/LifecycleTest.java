package dev.tallyman.transport;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LifecycleTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private Endpoint endpoint;

  @BeforeEach
  void place() {
    endpoint = new Endpoint.UnixSocket(folder.resolve("s.sock"));
  }

  @Test
  void call_under_way_may_end_while_the_server_closes() throws Exception {
    Probe probe = new Probe();
    RunningServer server = Servers.start(ServerSpec.of(endpoint, probe).withGrace(LONG));
    ManagedChannel channel = Channels.open(ChannelSpec.plain(endpoint));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HealthCheckResponse> call = threads.submit(watchOnce(channel));
      probe.watching.await();
      Future<?> closing = threads.submit(server::close);
      probe.release.countDown();
      assertThat(call.get().getStatus()).isEqualTo(SERVING);
      closing.get();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void call_that_does_not_end_is_cancelled_after_the_grace() throws Exception {
    Probe probe = new Probe();
    RunningServer server =
        Servers.start(ServerSpec.of(endpoint, probe).withGrace(Duration.ofMillis(50)));
    ManagedChannel channel = Channels.open(ChannelSpec.plain(endpoint));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HealthCheckResponse> call = threads.submit(watchOnce(channel));
      probe.watching.await();
      server.close();
      assertThatThrownBy(call::get).hasRootCauseInstanceOf(Exception.class);
      probe.release.countDown();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void new_channel_finds_a_restarted_server_at_once_however_long_it_was_away() {
    for (int attempt = 0; attempt < 20; attempt++) {
      assertThatThrownBy(this::callWithNewChannel).hasMessageContaining("UNAVAILABLE");
    }
    try (RunningServer _ = Servers.start(ServerSpec.of(endpoint, new Probe()))) {
      assertThat(callWithNewChannel()).isEqualTo(SERVING);
    }
    assertThatThrownBy(this::callWithNewChannel).hasMessageContaining("UNAVAILABLE");
    try (RunningServer _ = Servers.start(ServerSpec.of(endpoint, new Probe()))) {
      assertThat(callWithNewChannel()).isEqualTo(SERVING);
    }
  }

  @Test
  void message_above_the_bound_is_refused_and_the_connection_stays() throws Exception {
    try (RunningServer _ = Servers.start(ServerSpec.of(endpoint, new Probe()))) {
      ManagedChannel channel = Channels.open(ChannelSpec.plain(endpoint));
      try {
        ListenableFuture<HealthCheckResponse> call =
            HealthGrpc.newFutureStub(channel)
                .check(
                    HealthCheckRequest.newBuilder()
                        .setService("x".repeat(Channels.MAX_MESSAGE_BYTES + 1))
                        .build());
        assertThatThrownBy(call::get)
            .satisfies(e ->
                assertThat(Status.fromThrowable(e).getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(Probe.call(channel)).isEqualTo(SERVING);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void connections_above_the_bound_are_closed_until_one_ends() {
    AcceptGate gate = new AcceptGate(endpoint, 1, _ -> true);
    EmbeddedChannel listener = new EmbeddedChannel(gate);
    EmbeddedChannel first = new EmbeddedChannel();
    EmbeddedChannel second = new EmbeddedChannel();
    listener.writeInbound(first, second);
    assertThat(first.isOpen()).isTrue();
    assertThat(second.isOpen()).isFalse();

    first.close().syncUninterruptibly();
    EmbeddedChannel third = new EmbeddedChannel();
    listener.writeInbound(third);
    assertThat(third.isOpen()).isTrue();
    third.close().syncUninterruptibly();
    listener.finishAndReleaseAll();
  }

  private static Callable<HealthCheckResponse> watchOnce(ManagedChannel channel) {
    return () -> {
      Iterator<HealthCheckResponse> answers =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .watch(HealthCheckRequest.getDefaultInstance());
      return answers.next();
    };
  }

  private Object callWithNewChannel() {
    ManagedChannel channel = Channels.open(ChannelSpec.plain(endpoint));
    try {
      return Probe.call(channel);
    } finally {
      channel.shutdownNow();
    }
  }
}
