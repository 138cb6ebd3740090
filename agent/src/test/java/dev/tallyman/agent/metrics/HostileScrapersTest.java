package dev.tallyman.agent.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.agent.TestLoop;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of the HTTP server that take all its connections and send a byte now and then. */
@Timeout(120)
class HostileScrapersTest {

  /** Half more than the server takes. */
  private static final int CONNECTIONS = 96;

  private static final byte[] REQUEST =
      ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(4000)).getBytes(UTF_8);

  private final TestLoop loop = new TestLoop();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Socket> drips = new ArrayList<>();
  private final MetricsServer server;

  HostileScrapersTest() throws IOException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    long[] turns = {0};
    server =
        MetricsServer.start(
            new MetricsConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                MetricsConfig.Series.NODE,
                Duration.ofSeconds(5)),
            registry,
            new AgentMetrics(registry, List.of(), List.of(), System::nanoTime),
            new MetricsServer.Sources(
                TestLoop.FACTS,
                List.of(),
                List.of(),
                loop.statuses,
                loop.node,
                loop.inbox,
                () -> {
                  loop.turn();
                  return turns[0]++;
                }),
            System::nanoTime);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket drip : drips) {
      drip.close();
    }
    server.close();
    client.close();
  }

  @Test
  void whoDripsIsCutOffAndTheSupervisorIsAnswered() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      drips.add(new Socket(server.address().getAddress(), server.address().getPort()));
    }
    int[] sent = {0};

    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> drip(REQUEST[sent[0]++]) == 0);

    assertThat(health()).isEqualTo(200);
  }

  /** Sends one byte on each connection, and says how many of them still take it. */
  private int drip(byte next) {
    int open = 0;
    for (Socket drip : drips) {
      try {
        drip.getOutputStream().write(next);
        open++;
      } catch (IOException closed) {
        // That is what is waited for.
      }
    }
    return open;
  }

  private int health() throws IOException {
    try {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://localhost:" + server.address().getPort() + "/healthz"))
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .statusCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
