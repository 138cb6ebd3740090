package dev.tallyman.runtime.oci;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A unix socket in front of an engine, on which everything goes wrong that a test asks for. It sees
 * each request, because the runtime opens a connection for each.
 */
final class FaultProxy implements AutoCloseable {

  private final Path socket;
  private final Path engine;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean held;
  private int cutAfterBytes = Integer.MAX_VALUE;
  private @Nullable ServerSocketChannel server;

  FaultProxy(Path socket, Path engine) {
    this.socket = socket;
    this.engine = engine;
    open();
  }

  Path socket() {
    return socket;
  }

  /** The first lines of the requests so far, such as {@code GET /_ping HTTP/1.1}. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  void forgetRequests() {
    requests.clear();
  }

  /** Lets nothing through in either direction, as an engine that hangs. */
  void hold() {
    set(() -> held = true);
  }

  /** Lets everything through again. */
  void release() {
    set(() -> held = false);
  }

  /** Cuts each answer that begins from now on after so many bytes. */
  void cutAnswersAfter(int bytes) {
    set(() -> cutAfterBytes = bytes);
  }

  /** Cuts all connections, and stops listening while the socket's file remains: a dead engine. */
  void goAway() {
    ServerSocketChannel listening = server;
    server = null;
    if (listening != null) {
      close(listening);
    }
    connections.forEach(FaultProxy::close);
    release();
  }

  void comeBack() {
    if (server == null) {
      open();
    }
  }

  @Override
  public void close() {
    goAway();
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open() {
    try {
      Files.deleteIfExists(socket);
      ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listening.bind(UnixDomainSocketAddress.of(socket), 4096);
      server = listening;
      Thread.ofVirtual().name("proxy").start(() -> accept(listening));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocketChannel listening) {
    try {
      while (true) {
        SocketChannel client = listening.accept();
        Thread.ofVirtual().name("proxy-connection").start(() -> connect(client));
      }
    } catch (IOException closed) {
      // goAway
    }
  }

  private void connect(SocketChannel client) {
    connections.add(client);
    try (client;
        SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine))) {
      connections.add(upstream);
      Thread there = Thread.ofVirtual().start(() -> pump(client, upstream, true));
      pump(upstream, client, false);
      close(client);
      there.join();
      connections.remove(upstream);
    } catch (IOException cut) {
      // the engine is away
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(client);
    }
  }

  private void pump(SocketChannel from, SocketChannel to, boolean isRequest) {
    ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    int left = isRequest ? Integer.MAX_VALUE : cutAfterBytes;
    boolean first = isRequest;
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        if (first) {
          first = false;
          String text = StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
          requests.add(text.lines().findFirst().orElse(""));
        }
        awaitRelease();
        buffer.limit(Math.min(buffer.limit(), left));
        left -= buffer.remaining();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        if (left == 0) {
          break;
        }
      }
      if (isRequest) {
        to.shutdownOutput();
      }
    } catch (IOException cut) {
      close(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitRelease() throws InterruptedException {
    lock.lock();
    try {
      while (held) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void set(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void close(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception ignored) {
      // It is closed already.
    }
  }

  /** Requests that change or read containers: without what is asked to know the engine. */
  List<String> containerRequests() {
    List<String> found = new ArrayList<>(requests);
    found.removeIf(line -> line.contains("/_ping") || line.contains("/info"));
    return found;
  }
}
