package dev.tallyman.runtime.oci;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * A registry on the loopback that serves one image under any name, and goes wrong as asked. Every
 * registry's image has layers of its own, so that no engine has them already.
 *
 * <ul>
 *   <li>{@code /v2/image-…}: the image;
 *   <li>{@code /v2/stalls-…}: the image, but its layer stops in the middle;
 *   <li>{@code /v2/denied-…}: is refused to everybody;
 *   <li>all else is unknown.
 * </ul>
 */
final class LoopbackRegistry implements AutoCloseable {

  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
  private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
  private static final int LAYER_BYTES = 3 << 20;
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static final int TLS_HANDSHAKE = 0x16;

  private final HttpServer server;
  private final ServerSocket gate;
  private final Optional<String> login;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final byte[] layer;
  private final byte[] config;
  private final byte[] manifest;

  /**
   * @param login {@code user:password} that it wants; empty if it serves everybody
   */
  LoopbackRegistry(Optional<String> login) {
    this.login = login;
    byte[] content = new byte[LAYER_BYTES];
    ThreadLocalRandom.current().nextBytes(content);
    byte[] tar = tar("content", content);
    layer = gzip(tar);
    JsonObject image =
        object(
            """
            {"architecture": "amd64", "os": "linux", "config": {},
             "rootfs": {"type": "layers", "diff_ids": ["%s"]}, "history": [{"created_by": "test"}]}
            """
                .formatted(digest(tar)));
    config = image.toString().getBytes(StandardCharsets.UTF_8);
    JsonObject description =
        object(
            "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"config\": %s, \"layers\": [%s]}"
                .formatted(MANIFEST, descriptor(CONFIG, config), descriptor(LAYER, layer)));
    manifest = description.toString().getBytes(StandardCharsets.UTF_8);
    try {
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
      server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
      gate = new ServerSocket(0, 50, loopback);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
    Thread.ofVirtual().start(this::guard);
  }

  String address() {
    return "127.0.0.1:" + gate.getLocalPort();
  }

  /** A reference that nobody has used before. */
  String image() {
    return reference("image");
  }

  String stallingImage() {
    return reference("stalls");
  }

  String deniedImage() {
    return reference("denied");
  }

  String missingImage() {
    return reference("missing");
  }

  /** What came in, as method and path. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    closeQuietly(gate);
  }

  private String reference(String kind) {
    return address() + "/" + kind + "-" + NAMES.incrementAndGet() + ":1";
  }

  /**
   * Engines try TLS first, and Java's server would wait for the rest of what it takes for a
   * request: lets only HTTP through.
   */
  private void guard() {
    try {
      while (true) {
        Socket client = gate.accept();
        Thread.ofVirtual().start(() -> admit(client));
      }
    } catch (IOException end) {
      // closed
    }
  }

  private void admit(Socket client) {
    try (client;
        Socket upstream =
            new Socket(server.getAddress().getAddress(), server.getAddress().getPort())) {
      PushbackInputStream in = new PushbackInputStream(client.getInputStream());
      int first = in.read();
      if (first < 0 || first == TLS_HANDSHAKE) {
        return;
      }
      in.unread(first);
      Thread.ofVirtual().start(() -> pump(in, upstream));
      upstream.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException gone) {
      // either side
    }
  }

  private static void pump(InputStream in, Socket upstream) {
    try {
      in.transferTo(upstream.getOutputStream());
    } catch (IOException gone) {
      closeQuietly(upstream);
    }
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception gone) {
      // It is closed.
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    exchange.getResponseHeaders().add("Docker-Distribution-Api-Version", "registry/2.0");
    if (!isWelcome(exchange)) {
      exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"loopback\"");
      error(exchange, 401, "UNAUTHORIZED", "authentication required");
    } else if (path.equals("/v2/")) {
      send(exchange, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
    } else if (path.startsWith("/v2/denied")) {
      error(exchange, 403, "DENIED", "requested access to the resource is denied");
    } else if (path.startsWith("/v2/missing")) {
      error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
    } else if (path.contains("/manifests/")) {
      send(exchange, MANIFEST, manifest);
    } else if (path.endsWith("/blobs/" + digest(config))) {
      send(exchange, "application/octet-stream", config);
    } else if (path.endsWith("/blobs/" + digest(layer))) {
      if (path.startsWith("/v2/stalls")) {
        stall(exchange);
      } else {
        send(exchange, "application/octet-stream", layer);
      }
    } else {
      error(exchange, 404, "NAME_UNKNOWN", "repository name not known to registry");
    }
  }

  private boolean isWelcome(HttpExchange exchange) {
    Optional<String> wanted =
        login.map(
            l -> "Basic " + Base64.getEncoder().encodeToString(l.getBytes(StandardCharsets.UTF_8)));
    return wanted.isEmpty()
        || wanted.get().equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private void stall(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, layer.length);
    OutputStream body = exchange.getResponseBody();
    body.write(layer, 0, layer.length / 2);
    body.flush();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.getResponseHeaders().add("Docker-Content-Digest", digest(body));
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(200, -1);
    } else {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static void error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    byte[] body =
        "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}"
            .formatted(code, message)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static JsonObject object(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static String descriptor(String type, byte[] bytes) {
    return "{\"mediaType\": \"%s\", \"size\": %d, \"digest\": \"%s\"}"
        .formatted(type, bytes.length, digest(bytes));
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** One file, in the ustar format. */
  private static byte[] tar(String name, byte[] content) {
    byte[] header = new byte[512];
    Map<Integer, String> fields =
        Map.of(
            0, name,
            100, "0000644\0",
            108, "0000000\0",
            116, "0000000\0",
            124, "%011o\0".formatted(content.length),
            136, "00000000000\0",
            148, "        ",
            156, "0",
            257, "ustar\00000");
    fields.forEach((offset, text) -> {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, header, offset, bytes.length);
    });
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    byte[] checksum = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(checksum, 0, header, 148, checksum.length);
    int padded = (content.length + 511) / 512 * 512;
    byte[] tar = Arrays.copyOf(header, 512 + padded + 1024);
    System.arraycopy(content, 0, tar, 512, content.length);
    return tar;
  }
}
