package dev.tallyman.cli.daemon.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * A unix datagram socket to one address, on Linux. Java has none, so this asks the C library. For
 * one thread at a time.
 */
final class NotifySocket implements AutoCloseable {

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;

  /** Family and path of {@code struct sockaddr_un}. */
  private static final int PATH_OFFSET = 2;

  private static final int MAX_PATH = 108;

  /** The receiver reads within microseconds; one that takes this long does not read at all. */
  private static final int TRIES = 20;

  private static final Duration TRY_AGAIN = Duration.ofMillis(10);

  private final Arena arena = Arena.ofShared();
  private final Library library;
  private final MemorySegment address;
  private final int descriptor;

  private NotifySocket(Library library, byte[] path) throws IOException {
    this.library = library;
    this.address = arena.allocate(PATH_OFFSET + path.length, Short.BYTES);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(path, 0, address, JAVA_BYTE, PATH_OFFSET, path.length);
    this.descriptor = library.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC);
  }

  /**
   * Opens a socket. Nothing is sent yet, and nobody need listen.
   *
   * @param address an absolute path, or a name in the abstract namespace that begins with {@code @}
   * @throws IOException when it is no such address, or there are no such sockets here
   */
  static NotifySocket open(String address) throws IOException {
    byte[] path = address.getBytes(UTF_8);
    boolean isAbstract = address.startsWith("@");
    if (!isAbstract && !address.startsWith("/")) {
      throw new IOException("address: " + address + " (expected: /path or @name)");
    }
    // A path ends with a zero byte; an abstract name begins with one and ends with its length.
    byte[] bytes = isAbstract ? path : Arrays.copyOf(path, path.length + 1);
    if (isAbstract) {
      bytes[0] = 0;
    }
    if (bytes.length > MAX_PATH) {
      throw new IOException(
          "address: %d bytes (expected: at most %d)".formatted(path.length, MAX_PATH - 1));
    }
    return new NotifySocket(Library.load(), bytes);
  }

  /**
   * Sends one datagram. It waits a moment for a receiver that is behind, and never longer.
   *
   * @throws IOException when it could not be sent
   */
  void send(String message) throws IOException {
    try (Arena call = Arena.ofConfined()) {
      byte[] text = message.getBytes(UTF_8);
      MemorySegment bytes = call.allocate(text.length);
      MemorySegment.copy(text, 0, bytes, JAVA_BYTE, 0, text.length);
      for (int tries = 1; ; tries++) {
        int error = library.sendTo(descriptor, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, address);
        if (error == 0) {
          return;
        }
        if ((error != EAGAIN && error != EINTR) || tries == TRIES) {
          throw new IOException("it cannot be sent: " + library.describe(error));
        }
        LockSupport.parkNanos(this, TRY_AGAIN.toNanos());
      }
    }
  }

  @Override
  public void close() {
    library.close(descriptor);
    arena.close();
  }

  /** The four functions of the C library, each with its errno. */
  // What is declared here is what libc declares; there is no other way to such a socket.
  @SuppressWarnings("restricted")
  private record Library(
      MethodHandle socket, MethodHandle sendTo, MethodHandle close, MethodHandle strerror) {

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERROR =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static Library load() throws IOException {
      try {
        return new Library(
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)),
            function(
                "sendto",
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT)),
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT)),
            function("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT)));
      } catch (RuntimeException | UnsatisfiedLinkError e) {
        throw new IOException("the C library cannot be asked: " + e.getMessage(), e);
      }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, ERRNO);
    }

    int socket(int family, int type) throws IOException {
      try (Arena call = Arena.ofConfined()) {
        MemorySegment state = call.allocate(STATE);
        int descriptor = (int) socket.invokeExact(state, family, type, 0);
        if (descriptor < 0) {
          throw new IOException("no such socket: " + describe((int) ERROR.get(state, 0L)));
        }
        return descriptor;
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    /** Zero, or the errno. */
    int sendTo(int descriptor, MemorySegment bytes, int flags, MemorySegment address) {
      try (Arena call = Arena.ofConfined()) {
        MemorySegment state = call.allocate(STATE);
        long sent =
            (long)
                sendTo.invokeExact(
                    state,
                    descriptor,
                    bytes,
                    bytes.byteSize(),
                    flags,
                    address,
                    (int) address.byteSize());
        return sent < 0 ? (int) ERROR.get(state, 0L) : 0;
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    void close(int descriptor) {
      try (Arena call = Arena.ofConfined()) {
        int _ = (int) close.invokeExact(call.allocate(STATE), descriptor);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    String describe(int error) {
      try (Arena call = Arena.ofConfined()) {
        MemorySegment text = (MemorySegment) strerror.invokeExact(call.allocate(STATE), error);
        return text.reinterpret(256).getString(0);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
