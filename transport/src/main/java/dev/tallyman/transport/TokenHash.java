package dev.tallyman.transport;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * SHA-256 of a bearer token: what a server keeps in place of the token. Equality takes the same
 * time wherever two differ.
 */
public final class TokenHash {

  private static final int BYTES = 32;

  private final byte[] hash;

  private TokenHash(byte[] hash) {
    this.hash = hash;
  }

  /** Hashes a token. */
  public static TokenHash of(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new TokenHash(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /**
   * Reads 64 hexadecimal digits, as {@code sha256sum} prints them.
   *
   * @throws IllegalArgumentException if it is anything else; the text is not repeated, it might be
   *     a token
   */
  public static TokenHash parseHex(String text) {
    try {
      byte[] hash = HexFormat.of().parseHex(text);
      if (hash.length == BYTES) {
        return new TokenHash(hash);
      }
    } catch (IllegalArgumentException _) {
      // Said below, without the text.
    }
    throw new IllegalArgumentException(
        "token hash: %d characters (expected: the 64 hexadecimal digits of the token's SHA-256)"
            .formatted(text.length()));
  }

  /** The hash as 64 hexadecimal digits. */
  public String toHex() {
    return HexFormat.of().formatHex(hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenHash that && MessageDigest.isEqual(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /** Says nothing of the token. */
  @Override
  public String toString() {
    return "TokenHash[***]";
  }
}
