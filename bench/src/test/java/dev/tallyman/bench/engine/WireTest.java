package dev.tallyman.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.oci.http.EngineHttp;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WireTest {

  private static final ByteBuffer ANSWER =
      StandardCharsets.US_ASCII.encode(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n"
              + "Connection: close\r\n\r\n{\"a\": 1}");

  @TempDir private Path folder = Path.of("");

  @Test
  void requestsPassAndAreCountedByWhatTheyAre() throws Exception {
    try (ServerSocketChannel engine = answering(folder.resolve("e"));
        Wire wire = new Wire(folder.resolve("w"), folder.resolve("e"))) {
      assertThat(engine.isOpen()).isTrue();
      EngineHttp http = new EngineHttp(wire.address());

      assertThat(http.get("/v1.41/containers/abc/json").body().at("a").number()).hasValue(1);
      var _ = http.get("/v1.41/containers/def/json");
      var _ = http.post("/v1.41/containers/create?name=x");
      var _ = http.get("/v1.41/containers/json?all=true");

      assertThat(wire.counts())
          .isEqualTo(
              Map.of(
                  "GET /containers/{id}/json", 2,
                  "POST /containers/create", 1,
                  "GET /containers/json", 1));
      wire.forget();
      assertThat(wire.counts()).isEmpty();
    }
  }

  private static ServerSocketChannel answering(Path address) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(address));
    var _ =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (true) {
                  try (SocketChannel client = server.accept()) {
                    var _ = client.read(ByteBuffer.allocate(1 << 16));
                    var _ = client.write(ANSWER.duplicate());
                  }
                }
              } catch (IOException _) {
                // Closed.
              }
            });
    return server;
  }
}
