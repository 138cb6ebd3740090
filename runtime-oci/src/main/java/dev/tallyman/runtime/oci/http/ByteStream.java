package dev.tallyman.runtime.oci.http;

import java.io.InputStream;

/**
 * An answer of bytes for as long as the engine sends. One thread reads; any thread may close, which
 * ends a read under way with an {@link java.io.IOException}. What is not read is not fetched.
 */
public final class ByteStream implements AutoCloseable {

  private final Exchange exchange;
  private final InputStream bytes;

  ByteStream(Exchange exchange) {
    this.exchange = exchange;
    this.bytes = exchange.body(Long.MAX_VALUE);
  }

  /** The bytes. */
  public InputStream bytes() {
    return bytes;
  }

  @Override
  public void close() {
    exchange.close();
  }
}
