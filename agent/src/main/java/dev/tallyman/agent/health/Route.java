package dev.tallyman.agent.health;

import java.net.InetSocketAddress;
import java.util.List;

/** The way on which a port of an instance is reached. */
sealed interface Route {

  /** A connection from the host. */
  record Socket(InetSocketAddress address, String words) implements Route {}

  /** Only from inside, by a command. */
  record Inside(int port) implements Route {}

  /** The command that asks from inside; it needs a shell and one of these programs there. */
  static List<String> tcpInside(int port) {
    return List.of("/bin/sh", "-c", "nc -z 127.0.0.1 " + port + " </dev/null");
  }
}
