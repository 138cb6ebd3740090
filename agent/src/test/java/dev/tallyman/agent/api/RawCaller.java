package dev.tallyman.agent.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A caller that puts bytes on a socket itself: HTTP/2 as it should be, and as it should not. */
final class RawCaller implements AutoCloseable {

  static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int END_HEADERS = 4;

  private final SocketChannel socket;

  RawCaller(Path path) throws IOException {
    socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(path));
  }

  /** Begins to speak HTTP/2. */
  RawCaller greet() throws IOException {
    send(PREFACE);
    frame(SETTINGS, 0, 0, new byte[0]);
    return this;
  }

  /** Begins a call of a method of the Node service on a stream with an odd number. */
  RawCaller call(int stream, String method) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(0x83); // :method POST, by its number in HPACK's table
    head.write(0x86); // :scheme http
    literal(head, 0x04, "/tallyman.v1.Node/" + method); // :path
    literal(head, 0x01, "localhost"); // :authority
    head.write(0x0f); // content-type, whose number takes two bytes
    literal(head, 0x10, "application/grpc");
    head.write(0x00);
    text(head, "te");
    text(head, "trailers");
    frame(HEADERS, END_HEADERS, stream, head.toByteArray());
    return this;
  }

  RawCaller data(int stream, byte... bytes) throws IOException {
    frame(DATA, 0, stream, bytes);
    return this;
  }

  /** Cancels a call. */
  RawCaller reset(int stream) throws IOException {
    frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    return this;
  }

  void send(byte... bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      socket.write(left);
    }
  }

  /** Whether the server has closed the connection; what it said before is not looked at. */
  boolean isClosedByServer() {
    ByteBuffer said = ByteBuffer.allocate(16 << 10);
    try {
      socket.configureBlocking(false);
      int read = socket.read(said);
      while (read > 0) {
        read = socket.read(said.clear());
      }
      return read < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException gone) {
      // It was closed by the server.
    }
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    send(frame.array());
  }

  private static void literal(ByteArrayOutputStream head, int name, String value) {
    head.write(name);
    text(head, value);
  }

  private static void text(ByteArrayOutputStream head, String text) {
    head.write(text.length());
    head.writeBytes(text.getBytes(US_ASCII));
  }
}
