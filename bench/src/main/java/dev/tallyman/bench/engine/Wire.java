package dev.tallyman.bench.engine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands on a unix socket between an agent and its engine, passes everything on, and notes when
 * which request went by. It knows one request for each connection, which is what the agent makes.
 *
 * <p>It costs each request some two tenths of a millisecond. Safe for any threads.
 */
public final class Wire implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;
  private static final Pattern REQUEST = Pattern.compile("^([A-Z]+) (\\S+) HTTP/1\\.1\r\n");
  private static final Pattern API_VERSION = Pattern.compile("^/v[0-9.]+");
  private static final Pattern ID =
      Pattern.compile("(/(?:containers|networks|volumes|images)/)(?!create|json)[^/]+");
  private static final String EVENTS = "/events";

  /**
   * A request that went by.
   *
   * @param began {@link System#nanoTime()} before it was passed on
   */
  public record Request(long began, String method, String path) {

    /** Which request it is, without what it is about. */
    public String kind() {
      String bare = API_VERSION.matcher(path).replaceFirst("");
      int query = bare.indexOf('?');
      String withoutQuery = query < 0 ? bare : bare.substring(0, query);
      return method + " " + ID.matcher(withoutQuery).replaceFirst("$1{id}");
    }
  }

  /**
   * A piece of an answer that went by.
   *
   * @param at {@link System#nanoTime()} before it was passed on
   */
  public record Piece(Request request, long at, String text) {}

  private final Path target;
  private final Path address;
  private final ServerSocketChannel server;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private final List<Request> requests = new ArrayList<>();
  private final List<Piece> events = new ArrayList<>();
  private final List<Piece> answers = new ArrayList<>();

  /**
   * Listens at an address and passes on to a target.
   *
   * @throws IOException if it cannot listen there
   */
  public Wire(Path address, Path target) throws IOException {
    this.target = target;
    this.address = address;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(address));
    var _ = Thread.ofVirtual().name("wire").start(this::accept);
  }

  /** Where it listens. */
  public Path address() {
    return address;
  }

  /** What went by since the last call of {@link #forget}, in its order. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The pieces of event streams that went by. */
  public synchronized List<Piece> events() {
    return List.copyOf(events);
  }

  /** The first piece of each other answer. */
  public synchronized List<Piece> answers() {
    return List.copyOf(answers);
  }

  /** Requests by kind, and how many there were of each. */
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    requests().forEach(request -> counts.merge(request.kind(), 1, Integer::sum));
    return counts;
  }

  /** Forgets what went by. */
  public synchronized void forget() {
    requests.clear();
    events.clear();
    answers.clear();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        var _ = Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(SocketChannel client) {
    open.add(client);
    try (client;
        SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(target))) {
      open.add(engine);
      ByteBuffer first = ByteBuffer.allocate(BUFFER_BYTES);
      if (client.read(first) <= 0) {
        return;
      }
      first.flip();
      Request request = note(text(first));
      write(engine, first);
      var _ = Thread.ofVirtual().start(() -> pass(client, engine, _ -> {}));
      List<String> seen = new ArrayList<>();
      pass(
          engine,
          client,
          piece -> {
            if (request.kind().endsWith(EVENTS) || seen.isEmpty()) {
              seen.add("");
              note(new Piece(request, System.nanoTime(), piece));
            }
          });
      open.remove(engine);
    } catch (IOException _) {
      // Whoever closes a connection sees it closed.
    } finally {
      open.remove(client);
    }
  }

  private synchronized Request note(String head) {
    Matcher line = REQUEST.matcher(head);
    Request request =
        line.find()
            ? new Request(System.nanoTime(), line.group(1), line.group(2))
            : new Request(System.nanoTime(), "?", "/");
    requests.add(request);
    return request;
  }

  private synchronized void note(Piece piece) {
    (piece.request().kind().endsWith(EVENTS) ? events : answers).add(piece);
  }

  private static void pass(SocketChannel from, SocketChannel to, Consumer<String> watcher) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        watcher.accept(text(buffer));
        write(to, buffer);
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException _) {
      // Whoever closes a connection sees it closed.
    }
  }

  private static void write(SocketChannel to, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      var _ = to.write(buffer);
    }
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
    Files.deleteIfExists(address);
  }
}
