package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A file that an instance is to have and whose content must not be kept by the engine: a secret or
 * a config. The runtime puts it into memory of the host and mounts it read-only.
 *
 * @param target absolute path inside
 * @param content what is in it; never logged, and only its hash counts for the spec
 * @param mode permission bits
 * @param uid owner by number
 * @param gid group by number
 * @param kind whether it may be shown to people; the same to a runtime
 */
public record HostFile(String target, Content content, int mode, int uid, int gid, Kind kind) {

  /** Whether the content of a file may be shown. */
  public enum Kind {
    /** Never. */
    SECRET,
    /** To whoever may see the workload. */
    CONFIG
  }

  /** Bytes that do not show themselves in logs. */
  public static final class Content {
    private final byte[] bytes;

    /** A copy of the bytes. */
    public Content(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Content content && MessageDigest.isEqual(bytes, content.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    /** Says how long it is, and nothing else. */
    @Override
    public String toString() {
      return bytes.length + " bytes";
    }
  }

  public HostFile {
    requireNonNull(target, "target");
    requireNonNull(content, "content");
    requireNonNull(kind, "kind");
  }

  /** A secret. */
  public HostFile(String target, Content content, int mode, int uid, int gid) {
    this(target, content, mode, uid, gid, Kind.SECRET);
  }
}
