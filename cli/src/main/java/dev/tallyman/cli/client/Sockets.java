package dev.tallyman.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says whether anybody is at a socket. */
public final class Sockets {

  private Sockets() {}

  /**
   * Whether somebody is there, or whether that cannot be known: then the first call says why.
   *
   * @return false only when it is certain that nobody listens
   */
  public static boolean mayAnswer(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (ConnectException refused) {
      return !String.valueOf(refused.getMessage()).contains("refused");
    } catch (IOException e) {
      return true;
    }
  }
}
