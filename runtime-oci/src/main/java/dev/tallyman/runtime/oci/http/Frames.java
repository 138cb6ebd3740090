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

  /** Engines cut what they send at 32 KiB; what says that it is so much longer is no head. */
  private static final int MAX_BYTES = 16 << 20;

  /** What is handed out at once, so that a long line costs no more memory than a short one. */
  private static final int MAX_PIECE_BYTES = 64 << 10;

  private static final int STDERR = 2;

  private final InputStream in;
  private boolean error;
  private int left;

  /** Frames of a stream. */
  public Frames(InputStream in) {
    this.in = in;
  }

  /** A frame, or a piece of a long one. */
  public static final class Frame {
    private final boolean error;
    private final boolean beginning;
    private final byte[] data;

    private Frame(boolean error, boolean beginning, byte[] data) {
      this.error = error;
      this.beginning = beginning;
      this.data = data;
    }

    /** Whether it begins as the engine's frame does, and not in the middle of one. */
    public boolean isBeginning() {
      return beginning;
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
    boolean beginning = left == 0;
    if (beginning && !readHead()) {
      return Optional.empty();
    }
    int length = Math.min(left, MAX_PIECE_BYTES);
    byte[] data = in.readNBytes(length);
    if (data.length < length) {
      throw new EOFException("the output broke off");
    }
    left -= length;
    return Optional.of(new Frame(error, beginning, data));
  }

  /** Whether there was one; at the end there is none. */
  private boolean readHead() throws IOException {
    byte[] head = in.readNBytes(HEAD_BYTES);
    if (head.length == 0) {
      return false;
    }
    if (head.length < HEAD_BYTES) {
      throw new EOFException("the output broke off");
    }
    int length = ByteBuffer.wrap(head).getInt(4);
    if (head[0] < 0 || head[0] > STDERR + 1 || length < 0 || length > MAX_BYTES) {
      throw new StrangeAnswer("output in frames");
    }
    error = head[0] == STDERR;
    left = length;
    return true;
  }
}
