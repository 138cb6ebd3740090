package dev.tallyman.bench.scenario;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is probed: a listener on loopback that takes every connection and answers each request on it
 * with 200. Counts what came.
 */
final class ProbeTarget implements AutoCloseable {

  private static final int BACKLOG = 1024;
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server = new ServerSocket();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();

  ProbeTarget() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    var _ = Thread.ofPlatform().daemon(true).name("probe-target").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  long connections() {
    return connections.get();
  }

  long requests() {
    return requests.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        var _ = Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      int inEnd = 0;
      for (int read = in.read(); read >= 0; read = in.read()) {
        inEnd = read == (inEnd % 2 == 0 ? '\r' : '\n') ? inEnd + 1 : 0;
        if (inEnd == 4) {
          requests.incrementAndGet();
          out.write(ANSWER);
          inEnd = 0;
        }
      }
    } catch (IOException _) {
      // Who probes a connection may cut it.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
