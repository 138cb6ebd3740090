package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Something that is mounted in an instance.
 *
 * @param target absolute path inside
 * @param access whether it can be written
 * @param source what is mounted
 */
public record Mount(String target, Access access, Source source) {

  /** Whether a mount can be written. */
  public enum Access {
    READ_WRITE,
    READ_ONLY
  }

  /** What is mounted. */
  public sealed interface Source {}

  /**
   * A file or directory of the host.
   *
   * @param path absolute path of the host
   * @param missing what to do when nothing is there
   * @param propagation such as {@code rslave}; empty for the engine's choice
   * @param selinux how it is relabelled
   */
  public record Bind(
      String path, Missing missing, Optional<String> propagation, SelinuxLabel selinux)
      implements Source {
    public Bind {
      requireNonNull(path, "path");
      requireNonNull(missing, "missing");
      requireNonNull(propagation, "propagation");
      requireNonNull(selinux, "selinux");
    }
  }

  /** What to do when the host has nothing at a path. */
  public enum Missing {
    /** Refuse the spec. */
    REFUSE,
    /** Make a directory. */
    CREATE_DIRECTORY
  }

  /** Who may read a bind mount under SELinux. */
  public enum SelinuxLabel {
    UNCHANGED,
    SHARED,
    PRIVATE
  }

  /**
   * A volume of the engine.
   *
   * @param volume the volume; empty for one that lives and dies with the instance
   * @param copy whether an empty volume is filled with what the image has there
   * @param subpath directory within the volume; empty for its root
   */
  public record Named(Optional<VolumeSpec> volume, Copy copy, Optional<String> subpath)
      implements Source {
    public Named {
      requireNonNull(volume, "volume");
      requireNonNull(copy, "copy");
      requireNonNull(subpath, "subpath");
    }
  }

  /** Whether an empty volume is filled with what the image has there. */
  public enum Copy {
    FROM_IMAGE,
    NONE
  }

  /**
   * Memory.
   *
   * @param sizeBytes 0 for the kernel's choice
   * @param mode permission bits; 0 for 1777 octal
   * @param options further mount options, such as {@code noexec}
   */
  public record Tmpfs(long sizeBytes, int mode, List<String> options) implements Source {
    public Tmpfs {
      options = List.copyOf(options);
    }
  }

  public Mount {
    requireNonNull(target, "target");
    requireNonNull(access, "access");
    requireNonNull(source, "source");
  }
}
