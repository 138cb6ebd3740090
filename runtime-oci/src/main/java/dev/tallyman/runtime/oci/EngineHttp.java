package dev.tallyman.runtime.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Requests to an engine and its answers: HTTP on a unix socket, JSON inside.
 *
 * <p>Blocks for as long as the engine likes, so all requests go through {@link EngineCalls}. Each
 * request has a connection of its own: one that was kept from an earlier request may belong to an
 * engine that has since been restarted (Podman's service even ends by itself when nothing happens
 * for 5 s), and a request that was written to such a connection can be neither trusted nor
 * repeated. That costs 0.15 ms each time, and no request ever waits for another's connection.
 */
final class EngineHttp implements AutoCloseable {

  /** More than any engine says: a list of 10 000 containers has some 10 MB. */
  private static final long MAX_ANSWER_BYTES = 64L << 20;

  private static final int MAX_ERROR_BYTES = 64 << 10;

  static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxDocumentLength(MAX_ANSWER_BYTES).build())
              .build());

  private final DockerHttpClient client;

  EngineHttp(Path socket) {
    client =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(URI.create("unix://" + encodePath(socket.toAbsolutePath().toString())))
            .build();
  }

  /** An answer that is not an error. */
  record Answer(int status, Map<String, String> headers, JsonNode body) {

    /** The body of an answer that is a list; anything else must not be taken for an empty one. */
    JsonNode list() throws StrangeAnswer {
      if (!body.isArray()) {
        throw new StrangeAnswer("a list");
      }
      return body;
    }

    /** The body of an answer that describes one thing. */
    JsonNode object() throws StrangeAnswer {
      if (!body.isObject() || body.isEmpty()) {
        throw new StrangeAnswer("an object");
      }
      return body;
    }

    /** The value of a header, whatever the case of its name. */
    Optional<String> header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(Map.Entry::getValue)
          .findFirst();
    }
  }

  Answer get(String path) throws IOException, EngineRefusal {
    return exchange(request(Request.Method.GET, path).build());
  }

  Answer post(String path) throws IOException, EngineRefusal {
    return exchange(request(Request.Method.POST, path).build());
  }

  Answer post(String path, JsonNode body) throws IOException, EngineRefusal {
    return exchange(
        request(Request.Method.POST, path)
            .putHeader("Content-Type", "application/json")
            .bodyBytes(JSON.writeValueAsBytes(body))
            .build());
  }

  Answer delete(String path) throws IOException, EngineRefusal {
    return exchange(request(Request.Method.DELETE, path).build());
  }

  /** Opens an answer of one JSON value after the other. Returns when its headers have arrived. */
  JsonStream streamGet(String path) throws IOException, EngineRefusal {
    return stream(request(Request.Method.GET, path).build());
  }

  /** The same for a request that changes something. */
  JsonStream streamPost(String path, Map<String, String> headers)
      throws IOException, EngineRefusal {
    return stream(request(Request.Method.POST, path).putAllHeaders(headers).build());
  }

  /** Makes a value fit into a path or a query. */
  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the HTTP client", e);
    }
  }

  private static Request.Builder request(Request.Method method, String path) {
    Request.Builder builder = Request.builder();
    builder.method(method);
    builder.path(path);
    builder.putHeader("Connection", "close");
    return builder;
  }

  private Answer exchange(Request request) throws IOException, EngineRefusal {
    try (Response response = execute(request);
        InputStream body = response.getBody()) {
      Map<String, String> headers =
          response.getHeaders().entrySet().stream()
              .collect(
                  Collectors.toUnmodifiableMap(
                      Map.Entry::getKey, header -> header.getValue().getFirst()));
      String type = Optional.ofNullable(response.getHeader("Content-Type")).orElse("");
      JsonNode json =
          type.startsWith("application/json") ? JSON.readTree(body) : JSON.missingNode();
      return new Answer(response.getStatusCode(), headers, json);
    }
  }

  private JsonStream stream(Request request) throws IOException, EngineRefusal {
    return new JsonStream(execute(request));
  }

  private Response execute(Request request) throws IOException, EngineRefusal {
    Response response;
    try {
      response = client.execute(request);
    } catch (RuntimeException e) {
      throw e.getCause() instanceof IOException broken ? broken : new IOException(e);
    }
    if (response.getStatusCode() < 400) {
      return response;
    }
    try (response;
        InputStream body = response.getBody()) {
      byte[] text = body.readNBytes(MAX_ERROR_BYTES);
      throw new EngineRefusal(
          response.getStatusCode(), errorText(new String(text, StandardCharsets.UTF_8)));
    }
  }

  /** Docker says {@code message}; Podman adds {@code cause}, which its message ends with. */
  private static String errorText(String body) {
    try {
      JsonNode message = JSON.readTree(body).path("message");
      return message.isTextual() ? message.textValue() : body.strip();
    } catch (JsonProcessingException e) {
      return body.strip();
    }
  }

  private static String encodePath(String path) {
    return encode(path).replace("%2F", "/");
  }
}
