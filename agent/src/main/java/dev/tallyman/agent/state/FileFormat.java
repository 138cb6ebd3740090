package dev.tallyman.agent.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * How a file of the state directory begins, so that a torn, damaged, foreign or newer one is known
 * for what it is:
 *
 * <pre>
 *  0  8 bytes  "TALLYMAN"
 *  8  2 bytes  version of the format
 * 10  2 bytes  kind of the file
 * 12  4 bytes  length of the payload
 * 16  4 bytes  CRC32C over bytes 8 to 15 and the payload
 * 20           the payload: a message of tallyman.state.v1
 * </pre>
 *
 * <p>Numbers are big-endian. A field that is added to a message does not change the version; what
 * an older agent would misread does.
 */
final class FileFormat {

  /** The version that is written. All up to it can be read. */
  static final int VERSION = 1;

  static final int HEADER_BYTES = 20;

  private static final byte[] MAGIC = "TALLYMAN".getBytes(US_ASCII);
  private static final int CHECKED_FROM = 8;
  private static final int CHECKED_TO = 16;

  private FileFormat() {}

  /** What a file is for. The numbers are on disk. */
  enum Kind {
    DESIRED(1),
    HISTORY(2),
    IDENTITY(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** A file that cannot be believed; the message says why. */
  static final class CorruptException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    CorruptException(String why) {
      super(why);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  /** The whole file for a payload. */
  static byte[] encode(Kind kind, byte[] payload) {
    ByteBuffer file =
        ByteBuffer.allocate(HEADER_BYTES + payload.length)
            .put(MAGIC)
            .putShort((short) VERSION)
            .putShort((short) kind.code)
            .putInt(payload.length)
            .putInt(0)
            .put(payload);
    file.putInt(CHECKED_TO, checksum(file.array()));
    return file.array();
  }

  /**
   * The payload of a whole file.
   *
   * @throws CorruptException if it is not what was written, or newer
   */
  static byte[] decode(Kind kind, byte[] file) throws CorruptException {
    if (file.length < HEADER_BYTES) {
      throw new CorruptException(
          "It has " + file.length + " bytes, fewer than its header: it was not written whole.");
    }
    if (!Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new CorruptException("It does not begin as a file of the agent's state does.");
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    int version = Short.toUnsignedInt(header.getShort(8));
    if (version > VERSION) {
      throw new CorruptException(
          "It has format version "
              + version
              + ", written by a newer agent (expected: at most "
              + VERSION
              + ").");
    }
    int length = header.getInt(12);
    if (length != file.length - HEADER_BYTES) {
      throw new CorruptException(
          "It has "
              + (file.length - HEADER_BYTES)
              + " bytes after its header (expected: "
              + Integer.toUnsignedString(length)
              + "): it was not written whole.");
    }
    if (header.getInt(CHECKED_TO) != checksum(file)) {
      throw new CorruptException("Its checksum is wrong: it was damaged.");
    }
    int code = Short.toUnsignedInt(header.getShort(10));
    if (code != kind.code || version == 0) {
      throw new CorruptException("It is a file of another kind (expected: " + kind + ").");
    }
    return Arrays.copyOfRange(file, HEADER_BYTES, file.length);
  }

  private static int checksum(byte[] file) {
    CRC32C checksum = new CRC32C();
    checksum.update(file, CHECKED_FROM, CHECKED_TO - CHECKED_FROM);
    checksum.update(file, HEADER_BYTES, file.length - HEADER_BYTES);
    return (int) checksum.getValue();
  }
}
