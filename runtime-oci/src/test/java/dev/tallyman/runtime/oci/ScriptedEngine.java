package dev.tallyman.runtime.oci;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Something at a unix socket that answers requests with fixed texts: engines that are too old, too
 * strange or none at all.
 */
final class ScriptedEngine implements AutoCloseable {

  static final String PING =
      http(
          "200 OK", "text/plain", "OK", "Api-Version: 1.41\r\nServer: Docker/20.10.24 (linux)\r\n");

  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, Script> answers = new ConcurrentHashMap<>();
  private final AtomicLong sentWithoutEnd = new AtomicLong();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /** What is sent to who asks. */
  private interface Script {
    void send(SocketChannel client) throws IOException;
  }

  ScriptedEngine(Path socket) {
    this.socket = socket;
    try {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answer("/_ping", PING);
    answer("/info", json("{\"ID\": \"scripted\"}"));
    Thread.ofVirtual().name("scripted").start(this::accept);
  }

  Path socket() {
    return socket;
  }

  /** What came in: whole requests. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Answers requests whose first line contains the part; the longest part counts. */
  ScriptedEngine answer(String part, String answer) {
    answers.put(part, client -> send(client, answer));
    return this;
  }

  /** Answers with the beginning and then with the piece, until nobody takes it any more. */
  void answerWithoutEnd(String part, String beginning, String piece) {
    byte[] many = piece.repeat(4096).getBytes(StandardCharsets.UTF_8);
    answers.put(
        part,
        client -> {
          send(client, beginning);
          while (true) {
            sentWithoutEnd.addAndGet(client.write(ByteBuffer.wrap(many)));
          }
        });
  }

  /** Bytes that were taken of answers without end. */
  long sentWithoutEnd() {
    return sentWithoutEnd.get();
  }

  /** Answers with the beginning and then so many times with head and content. */
  void answerWithBytes(String part, byte[] beginning, byte[] head, byte[] content, int times) {
    answers.put(
        part,
        client -> {
          send(client, ByteBuffer.wrap(beginning));
          for (int i = 0; i < times; i++) {
            send(client, ByteBuffer.wrap(head));
            send(client, ByteBuffer.wrap(content));
          }
        });
  }

  private static void send(SocketChannel client, String text) throws IOException {
    send(client, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void send(SocketChannel client, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  static String json(String body) {
    return http("200 OK", "application/json", body, "");
  }

  static String error(String status, String message) {
    return http(status, "application/json", "{\"message\":\"" + message + "\"}", "");
  }

  static String http(String status, String type, String body, String headers) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 "
        + status
        + "\r\nDate: Sun, 22 Nov 2026 06:46:15 GMT\r\nContent-Type: "
        + type
        + "\r\n"
        + headers
        + "Content-Length: "
        + length
        + "\r\n\r\n"
        + body;
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("scripted-connection").start(() -> serve(client));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
      client.read(buffer);
      String request = StandardCharsets.UTF_8.decode(buffer.flip()).toString();
      requests.add(request);
      String line = request.lines().findFirst().orElse("");
      Script script =
          answers.keySet().stream()
              .filter(line::contains)
              .max((a, b) -> Integer.compare(a.length(), b.length()))
              .map(answers::get)
              .orElse(other -> send(other, error("404 Not Found", "page not found")));
      script.send(client);
    } catch (IOException gone) {
      // the client went away
    }
  }
}
