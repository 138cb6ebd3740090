package dev.tallyman.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A program of its own that connects to a unix socket, says the first bytes of HTTP/2 and prints
 * how many bytes it got back: none, if the server closed the connection. It uses the JDK alone.
 */
final class Greeted {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  private Greeted() {}

  public static void main(String[] args) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(Path.of(args[0])));
      System.out.println(greeting(channel));
    } catch (IOException e) {
      System.out.println("cannot connect: " + e);
      System.exit(1);
    }
  }

  private static int greeting(SocketChannel channel) {
    try {
      channel.write(ByteBuffer.wrap(PREFACE.getBytes(StandardCharsets.US_ASCII)));
      channel.write(ByteBuffer.wrap(EMPTY_SETTINGS));
      return Math.max(0, channel.read(ByteBuffer.allocate(9)));
    } catch (IOException _) {
      return 0;
    }
  }
}
