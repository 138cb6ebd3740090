package dev.tallyman.controlplane.auth;

/** Who calls. */
public sealed interface Principal {

  /** This host's user or root, over a unix socket, or over loopback where no tokens are set up. */
  record Local() implements Principal {}

  /** A node, by its token. It may speak for itself alone. */
  record NodeToken(String node) implements Principal {}

  /** A person or scheduler, by a token. */
  record AdminToken(String name) implements Principal {}
}
