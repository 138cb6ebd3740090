package dev.tallyman.runtime.oci.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The two outputs of a process on one stream, as engines send them: a head of eight bytes says
 * which output it is and how many bytes of it follow.
 */
public final class Frames {

  private static final int HEAD_BYTES = 8;

  /** Engines cut what they send at 32 KiB. */
  private static final int MAX_BYTES = 16 << 20;

  private static final int STDERR = 2;

  private final InputStream in;

  /** Frames of a stream. */
  public Frames(InputStream in) {
    this.in = in;
  }

  /** One piece. */
  public static final class Frame {
    private final boolean error;
    private final byte[] data;

    private Frame(boolean error, byte[] data) {
      this.error = error;
      this.data = data;
    }

    /** Whether it is of the error output. */
    public boolean isError() {
      return error;
    }

    /** The bytes, which are the caller's. */
    public byte[] data() {
      return data;
    }
  }

  /** Waits for the next piece; empty at the end. */
  public Optional<Frame> next() throws IOException {
    byte[] head = in.readNBytes(HEAD_BYTES);
    if (head.length == 0) {
      return Optional.empty();
    }
    if (head.length < HEAD_BYTES) {
      throw new EOFException("the output broke off");
    }
    int length = ByteBuffer.wrap(head).getInt(4);
    if (head[0] < 0 || head[0] > STDERR + 1 || length < 0 || length > MAX_BYTES) {
      throw new StrangeAnswer("output in frames");
    }
    byte[] data = in.readNBytes(length);
    if (data.length < length) {
      throw new EOFException("the output broke off");
    }
    return Optional.of(new Frame(head[0] == STDERR, data));
  }
}
