package dev.tallyman.cli.daemon.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real datagram socket in the place of systemd's, and what came in by it, in its order. */
@SuppressWarnings("restricted") // Java has no such sockets; the C library has.
public final class Listener implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int BUFFER = 4096;

  private final Arena arena = Arena.ofShared();
  private final int descriptor;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Thread thread;

  /**
   * Listens.
   *
   * @param address a path, or an abstract name that begins with {@code @}
   */
  public Listener(String address) {
    this(address, Ears.OPEN);
  }

  /** Whether it reads what comes in. */
  enum Ears {
    OPEN,
    DEAF
  }

  Listener(String address, Ears ears) {
    byte[] name = address.getBytes(UTF_8);
    boolean isAbstract = address.startsWith("@");
    MemorySegment bound = arena.allocate(2 + name.length + (isAbstract ? 0 : 1), 2);
    bound.set(JAVA_SHORT, 0, (short) 1);
    MemorySegment.copy(name, 0, bound, JAVA_BYTE, 2, name.length);
    if (isAbstract) {
      bound.set(JAVA_BYTE, 2, (byte) 0);
    }
    descriptor =
        (int)
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 1, 2, 0);
    int failed =
        (int)
            call(
                "bind",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
                descriptor,
                bound,
                (int) bound.byteSize());
    if (descriptor < 0 || failed != 0) {
      throw new AssertionError("cannot listen on " + address);
    }
    thread = Thread.ofPlatform().daemon(true).unstarted(this::listen);
    switch (ears) {
      case OPEN -> thread.start();
      case DEAF -> {}
    }
  }

  private void listen() {
    MemorySegment buffer = arena.allocate(BUFFER);
    while (true) {
      long length =
          (long)
              call(
                  "recv",
                  FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
                  descriptor,
                  buffer,
                  (long) BUFFER,
                  0);
      if (length <= 0) {
        return;
      }
      heard.add(new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), UTF_8));
    }
  }

  private static Object call(String name, FunctionDescriptor descriptor, Object... arguments) {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(name, e);
    }
  }

  /** All that came in so far. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  /** Waits until a message begins like this. */
  public void awaitMessage(String beginning) {
    await()
        .atMost(PATIENCE)
        .alias("a message that begins with " + beginning + ", among " + heard)
        .until(() -> heard.stream().anyMatch(message -> message.startsWith(beginning)));
  }

  /** Forgets what came in. */
  public void forget() {
    heard.clear();
  }

  @Override
  public void close() {
    // Wakes the thread, which close() alone does not.
    Object _ = call("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), descriptor, 2);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    Object _ = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), descriptor);
    arena.close();
  }
}
