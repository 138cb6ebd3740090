package dev.tallyman.compose.translate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of stacks and workloads, made of those in Compose files. */
public final class Names {

  static final int LABEL_LENGTH = 63;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final int HASH_BYTES = 8;

  private Names() {}

  /**
   * The name of the stack that a project is: the project's, with {@code _} and {@code .} as {@code
   * -}, in lower case, without {@code -} at its ends. Empty when nothing is left or it is longer
   * than 63 characters.
   */
  public static Optional<String> stack(String projectName) {
    return label(projectName);
  }

  /** The DNS label that a key stands for, made in the same way. */
  static Optional<String> label(String key) {
    String label =
        key.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-').replaceAll("^-+|-+$", "");
    return Optional.of(label).filter(text -> LABEL.matcher(text).matches());
  }

  /** The name of a replica, from 1; that of the service where there is one only. */
  static String replica(String service, int number, int replicas) {
    return replicas == 1 ? service : service + "-" + number;
  }

  /**
   * The identity of a workload: {@code stack.name}, or its beginning and a hash of it where that
   * would be longer than 63 characters. It depends on nothing else, so that a changed workload is
   * the same one.
   */
  static String uid(String stack, String workload) {
    String whole = stack + "." + workload;
    if (whole.length() <= LABEL_LENGTH) {
      return whole;
    }
    String hash = HexFormat.of().formatHex(sha256(whole.getBytes(UTF_8)), 0, HASH_BYTES);
    return whole.substring(0, LABEL_LENGTH - 1 - hash.length()) + "-" + hash;
  }

  /**
   * The identity of one form of a workload: as much of the workload's own as there is room for, and
   * a hash of that and of the form.
   */
  static String version(String uid, byte[] form) {
    byte[] own = uid.getBytes(UTF_8);
    byte[] both = Arrays.copyOf(own, own.length + 1 + form.length);
    System.arraycopy(form, 0, both, own.length + 1, form.length);
    String hash = HexFormat.of().formatHex(sha256(both), 0, HASH_BYTES);
    int room = LABEL_LENGTH - 1 - hash.length();
    return (uid.length() <= room ? uid : uid.substring(0, room)) + "." + hash;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
