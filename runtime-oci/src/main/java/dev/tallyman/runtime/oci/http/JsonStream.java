package dev.tallyman.runtime.oci.http;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.util.Optional;

/**
 * One JSON object after the other on one answer, for as long as the engine sends. One thread reads;
 * any thread may close, which ends a read under way with an {@link IOException}.
 */
public final class JsonStream implements AutoCloseable {

  private final Exchange exchange;
  private final JsonReader reader;

  public JsonStream(Exchange exchange) {
    this.exchange = exchange;
    this.reader = Json.readerOf(exchange.body(Long.MAX_VALUE));
  }

  /** Waits for the next object; empty when the engine has ended the answer. */
  public Optional<Json> next() throws IOException {
    return Json.nextOf(reader);
  }

  @Override
  public void close() {
    exchange.close();
  }
}
