package dev.tallyman.runtime.oci.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a connection of its own: the meeting point of the thread that moves
 * bytes and the one that waits for the answer.
 *
 * <p>The connection is read only while somebody waits, so that an engine that sends faster than
 * anybody reads fills its own buffers and not ours. Closing it, or interrupting the thread that
 * waits, ends the wait at once with an {@link IOException}. The lock guards all state but what the
 * one thread that moves bytes keeps for itself.
 */
public final class Exchange extends ChannelInboundHandlerAdapter implements AutoCloseable {

  /** The head of an answer. */
  public record Head(int status, HttpHeaders headers) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> received = new ArrayDeque<>();
  private @Nullable Channel channel;
  private @Nullable Head head;
  private @Nullable IOException failure;
  private boolean complete;
  private boolean closed;

  /** Of the thread that moves bytes. */
  private boolean provisional;

  /** The connection is there, and the request on its way. */
  public void connected(Channel connection) {
    locked(() -> channel = connection);
    if (isClosed()) {
      var _ = connection.close();
    }
  }

  /** It cannot go on. */
  public void fail(Throwable cause) {
    IOException broken =
        cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
    locked(() -> {
      if (failure == null && !complete) {
        failure = broken;
      }
    });
  }

  /** Waits for the head of the answer. */
  public Head awaitHead() throws IOException {
    lock.lock();
    try {
      await(() -> head != null);
      return Objects.requireNonNull(head);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The body of the answer as it comes; waits for what is not there yet.
   *
   * @param maxBytes more than this is no answer
   */
  Body body(long maxBytes) {
    return new Body(maxBytes);
  }

  @Override
  public void close() {
    locked(() -> closed = true);
    Channel connection = channel;
    if (connection != null) {
      var _ = connection.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
        fail(
            part.decoderResult().cause() instanceof PrematureChannelClosureException
                ? closedEarly()
                : new StrangeAnswer("HTTP"));
        var _ = context.close();
        return;
      }
      if (message instanceof HttpResponse response) {
        // Such a one says that the answer is to come, and has an end of its own.
        provisional = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!provisional) {
          locked(() -> head = new Head(response.status().code(), response.headers()));
        }
      }
      if (message instanceof HttpContent content && content.content().isReadable()) {
        byte[] bytes = ByteBufUtil.getBytes(content.content());
        locked(() -> received.add(bytes));
      }
      if (message instanceof LastHttpContent && !provisional) {
        locked(() -> complete = true);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    lock.lock();
    try {
      // Half a head, or nothing that counts: somebody still waits.
      if (received.isEmpty() && !complete && lock.hasWaiters(changed)) {
        context.read();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(closedEarly());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause);
    var _ = context.close();
  }

  private static IOException closedEarly() {
    return new IOException("the engine closed it before its answer was complete");
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** The next bytes; empty at the end of the answer. */
  private Optional<byte[]> next() throws IOException {
    lock.lock();
    try {
      await(() -> !received.isEmpty() || complete);
      return Optional.ofNullable(received.poll());
    } finally {
      lock.unlock();
    }
  }

  /** Asks for more until there is what is wanted. Called with the lock held. */
  private void await(BooleanSupplier wanted) throws IOException {
    while (!wanted.getAsBoolean()) {
      throwIfBroken();
      Channel connection = channel;
      if (connection != null) {
        connection.read();
      }
      try {
        changed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        close();
        throw (IOException) new InterruptedIOException("interrupted").initCause(e);
      }
    }
  }

  private void throwIfBroken() throws IOException {
    if (closed) {
      throw new IOException("the connection was closed");
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The bytes of an answer. For one thread. */
  final class Body extends InputStream {

    private final long maxBytes;
    private long left;
    private byte[] bytes = new byte[0];
    private int position;

    private Body(long maxBytes) {
      this.maxBytes = maxBytes;
      left = maxBytes;
    }

    /** Lets as many bytes follow as at the beginning. */
    void countAnew() {
      left = maxBytes;
    }

    @Override
    public int read() throws IOException {
      return fill() ? bytes[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, bytes.length - position);
      System.arraycopy(bytes, position, target, offset, count);
      position += count;
      return count;
    }

    @Override
    public void close() {
      Exchange.this.close();
    }

    private boolean fill() throws IOException {
      while (position == bytes.length) {
        Optional<byte[]> more = next();
        if (more.isEmpty()) {
          return false;
        }
        bytes = more.get();
        position = 0;
        left -= bytes.length;
        if (left < 0) {
          throw new StrangeAnswer("at most " + maxBytes + " bytes");
        }
      }
      return true;
    }
  }
}
