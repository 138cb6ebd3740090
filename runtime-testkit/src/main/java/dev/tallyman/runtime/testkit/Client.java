package dev.tallyman.runtime.testkit;

/** A runtime's connection to an engine. */
final class Client {

  private final String runtime;
  private final String node;
  private volatile boolean closed;

  Client(String runtime, String node) {
    this.runtime = runtime;
    this.node = node;
  }

  String runtime() {
    return runtime;
  }

  String node() {
    return node;
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }
}
