package dev.tallyman.runtime.oci.http;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.util.Optional;

/**
 * One JSON object after the other on one answer, for as long as the engine sends. One thread reads;
 * any thread may close, which ends a read under way with an {@link IOException}.
 */
public final class JsonStream implements AutoCloseable {

  /** One object; that of an event has the labels of its container, and those have some KiB. */
  private static final long MAX_OBJECT_BYTES = 4 << 20;

  private final Exchange exchange;
  private final Exchange.Body body;
  private final JsonReader reader;

  public JsonStream(Exchange exchange) {
    this.exchange = exchange;
    this.body = exchange.body(MAX_OBJECT_BYTES);
    this.reader = Json.readerOf(body);
  }

  /**
   * Waits for the next object; empty when the engine has ended the answer.
   *
   * @throws StrangeAnswer if it is no JSON, or an object without end
   */
  public Optional<Json> next() throws IOException {
    body.countAnew();
    return Json.nextOf(reader);
  }

  @Override
  public void close() {
    exchange.close();
  }
}
