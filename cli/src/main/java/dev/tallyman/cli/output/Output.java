package dev.tallyman.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A text stream, in UTF-8, that does not swallow errors as {@link java.io.PrintStream} does: half a
 * manifest on a full disk is no success. Nothing is written before {@link #flush()}. For one
 * thread.
 */
public final class Output {

  private static final int FLUSH_BYTES = 64 * 1024;

  private final OutputStream out;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  /** Text to this stream. */
  public Output(OutputStream out) {
    this.out = out;
  }

  /**
   * The same stream for what must be done to its end also when nobody reads any more: after an
   * error nothing is written.
   */
  public Output whileItLasts() {
    return new Output(new Lasting(out));
  }

  private static final class Lasting extends OutputStream {
    private final OutputStream out;
    private boolean broken;

    Lasting(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (broken) {
        return;
      }
      try {
        out.write(bytes, offset, length);
        out.flush();
      } catch (IOException _) {
        broken = true;
      }
    }
  }

  /**
   * Adds a line.
   *
   * @throws OutputException when the stream cannot be written
   */
  public void line(String text) {
    text(text + "\n");
  }

  /**
   * Adds text.
   *
   * @throws OutputException when the stream cannot be written
   */
  public void text(String text) {
    pending.writeBytes(text.getBytes(UTF_8));
    if (pending.size() > FLUSH_BYTES) {
      flush();
    }
  }

  /**
   * Writes what was added.
   *
   * @throws OutputException when the stream cannot be written
   */
  public void flush() {
    try {
      pending.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new OutputException(e);
    } finally {
      pending.reset();
    }
  }
}
