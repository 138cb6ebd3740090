package dev.tallyman.runtime.oci.http;

import com.google.gson.JsonObject;
import dev.tallyman.runtime.oci.engine.EngineCalls;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests to an engine and its answers: HTTP on a unix socket, JSON inside.
 *
 * <p>Blocks for as long as the engine likes; {@link EngineCalls} sees to it that nobody waits so
 * long. Each request has a connection of its own: one that was kept from an earlier request may
 * belong to an engine that has since been restarted (Podman's service even ends by itself when
 * nothing happens for 5 s), and a request that was written to such a connection can be neither
 * trusted nor repeated. It also means that no request ever waits for another.
 */
public final class EngineHttp {

  /**
   * More than any engine says: a list of 10 000 containers has some 10 MB. What is made of it must
   * fit into the agent's heap; see {@link Json} for how many values it may have.
   */
  private static final long MAX_ANSWER_BYTES = 16L << 20;

  private static final int MAX_ERROR_BYTES = 64 << 10;
  private static final int MAX_ERROR_CHARS = 2 << 10;
  private static final int MAX_LINE_BYTES = 16 << 10;
  private static final int MAX_HEADER_BYTES = 64 << 10;
  private static final int CHUNK_BYTES = 64 << 10;

  private final Path socket;

  public EngineHttp(Path socket) {
    this.socket = socket;
  }

  /** An answer that is not an error. */
  public record Answer(int status, Map<String, String> headers, Json body) {

    /** The body of an answer that is a list; anything else must not be taken for an empty one. */
    public List<Json> list() throws StrangeAnswer {
      if (!body.isList()) {
        throw new StrangeAnswer("a list");
      }
      return body.items();
    }

    /** The body of an answer that describes one thing. */
    public Json object() throws StrangeAnswer {
      if (body.fields().isEmpty()) {
        throw new StrangeAnswer("an object");
      }
      return body;
    }

    /** The value of a header, whatever the case of its name. */
    public Optional<String> header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(Map.Entry::getValue)
          .findFirst();
    }
  }

  public Answer get(String path) throws IOException, EngineRefusal {
    return exchange(request(HttpMethod.GET, path, ""));
  }

  public Answer post(String path) throws IOException, EngineRefusal {
    return exchange(request(HttpMethod.POST, path, ""));
  }

  public Answer post(String path, JsonObject body) throws IOException, EngineRefusal {
    return exchange(request(HttpMethod.POST, path, body.toString()));
  }

  public Answer delete(String path) throws IOException, EngineRefusal {
    return exchange(request(HttpMethod.DELETE, path, ""));
  }

  /** Opens an answer of one JSON object after the other. Returns when its head has arrived. */
  public JsonStream streamGet(String path) throws IOException, EngineRefusal {
    return stream(request(HttpMethod.GET, path, ""));
  }

  /** The same for a request that changes something. */
  public JsonStream streamPost(String path, Map<String, String> headers)
      throws IOException, EngineRefusal {
    FullHttpRequest request = request(HttpMethod.POST, path, "");
    headers.forEach(request.headers()::set);
    return stream(request);
  }

  /** Opens an answer of bytes. Returns when its head has arrived. */
  public ByteStream streamBytes(String path) throws IOException, EngineRefusal {
    return new ByteStream(opened(request(HttpMethod.GET, path, "")));
  }

  /** The same for a request that changes something. */
  public ByteStream streamPostBytes(String path, JsonObject body)
      throws IOException, EngineRefusal {
    return new ByteStream(opened(request(HttpMethod.POST, path, body.toString())));
  }

  /** Makes a value fit into a path or a query. */
  public static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static FullHttpRequest request(HttpMethod method, String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, method, path, Unpooled.wrappedBuffer(body));
    request
        .headers()
        .set(HttpHeaderNames.HOST, "localhost")
        .set(HttpHeaderNames.USER_AGENT, "tallyman")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    if (body.length > 0) {
      request.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    }
    return request;
  }

  private Answer exchange(FullHttpRequest request) throws IOException, EngineRefusal {
    try (Exchange exchange = send(request)) {
      Exchange.Head head = successOf(exchange);
      Map<String, String> headers = new LinkedHashMap<>();
      head.headers().forEach(header -> headers.putIfAbsent(header.getKey(), header.getValue()));
      return new Answer(head.status(), headers, body(exchange, head));
    }
  }

  private JsonStream stream(FullHttpRequest request) throws IOException, EngineRefusal {
    return new JsonStream(opened(request));
  }

  private Exchange opened(FullHttpRequest request) throws IOException, EngineRefusal {
    Exchange exchange = send(request);
    try {
      successOf(exchange);
      return exchange;
    } catch (IOException | EngineRefusal failure) {
      exchange.close();
      throw failure;
    }
  }

  private Exchange send(FullHttpRequest request) {
    Exchange exchange = new Exchange();
    ChannelFuture connection =
        new Bootstrap()
            .group(EngineIo.group())
            .channel(NioDomainSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(codec()).addLast(exchange);
                  }
                })
            .connect(UnixDomainSocketAddress.of(socket));
    connection.addListener(connected -> {
      if (connected.isSuccess()) {
        connection
            .channel()
            .writeAndFlush(request)
            .addListener(written -> failed(exchange, written));
        exchange.connected(connection.channel());
      } else {
        request.release();
        failed(exchange, connected);
      }
    });
    return exchange;
  }

  /** What makes an answer of bytes, within bounds. */
  static HttpClientCodec codec() {
    return new HttpClientCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, CHUNK_BYTES);
  }

  private static void failed(Exchange exchange, Future<?> step) {
    Throwable cause = step.cause();
    if (cause != null) {
      exchange.fail(cause);
    }
  }

  private static Exchange.Head successOf(Exchange exchange) throws IOException, EngineRefusal {
    Exchange.Head head = exchange.awaitHead();
    if (head.status() < 400) {
      return head;
    }
    String text =
        new String(
            exchange.body(MAX_ANSWER_BYTES).readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
    throw new EngineRefusal(head.status(), errorText(text));
  }

  private static Json body(Exchange exchange, Exchange.Head head) throws IOException {
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    try (InputStream body = exchange.body(MAX_ANSWER_BYTES)) {
      return type.startsWith("application/json") ? Json.read(body) : Json.missing();
    }
  }

  /** Docker says {@code message}; Podman adds {@code cause}, which its message ends with. */
  private static String errorText(String body) {
    String text = body.strip();
    try {
      String message = Json.parse(body).at("message").text();
      text = message.isEmpty() ? text : message;
    } catch (IOException noJson) {
      // Whoever stands between us and the engine speaks for himself.
    }
    return text.length() <= MAX_ERROR_CHARS ? text : text.substring(0, MAX_ERROR_CHARS) + "…";
  }
}
