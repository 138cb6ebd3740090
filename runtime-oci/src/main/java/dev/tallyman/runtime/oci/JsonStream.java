package dev.tallyman.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value after the other on one answer, for as long as the engine sends. One thread reads;
 * any thread may close, which ends a read under way with an {@link IOException}.
 */
final class JsonStream implements AutoCloseable {

  /** Without {@link EngineHttp#JSON}'s limit, which would count everything that is ever sent. */
  private static final ObjectReader VALUES = new ObjectMapper().readerFor(JsonNode.class);

  private final Response response;
  private @Nullable MappingIterator<JsonNode> values;

  JsonStream(Response response) {
    this.response = response;
  }

  /** Waits for the next value; empty when the engine has ended the answer. */
  Optional<JsonNode> next() throws IOException {
    MappingIterator<JsonNode> iterator = values;
    if (iterator == null) {
      // Waits for the first byte, so not before somebody wants it.
      iterator = VALUES.readValues(response.getBody());
      values = iterator;
    }
    return iterator.hasNextValue() ? Optional.of(iterator.nextValue()) : Optional.empty();
  }

  /** The value of a header. */
  Optional<String> header(String name) {
    return Optional.ofNullable(response.getHeader(name));
  }

  @Override
  public void close() {
    response.close();
  }
}
