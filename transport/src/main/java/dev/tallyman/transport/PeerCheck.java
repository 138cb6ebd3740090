package dev.tallyman.transport;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only the user that this process runs as, and root, talk over a unix socket. It asks the
 * kernel who connected, so it holds also when the modes of the socket's file or folder were
 * changed.
 */
final class PeerCheck implements Predicate<Channel> {

  private static final Logger log = LoggerFactory.getLogger(PeerCheck.class);

  private final Endpoint endpoint;
  private final UserPrincipal self;
  private final UserPrincipal root;

  /**
   * @param self owner of this process, as the owner of a file that it created
   */
  PeerCheck(Endpoint endpoint, UserPrincipal self) throws IOException {
    this.endpoint = endpoint;
    this.self = self;
    this.root =
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("root");
  }

  @Override
  public boolean test(Channel connection) {
    @Nullable UnixDomainPrincipal peer =
        connection.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    if (peer != null && isAllowed(peer.user())) {
      return true;
    }
    log.warn(
        "{}: refused a connection of user {}; only {} and root may connect",
        endpoint,
        peer == null ? "unknown" : peer.user().getName(),
        self.getName());
    return false;
  }

  boolean isAllowed(UserPrincipal user) {
    return user.equals(self) || user.equals(root);
  }
}
