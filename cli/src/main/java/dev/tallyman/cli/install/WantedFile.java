package dev.tallyman.cli.install;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A file that belongs to the service.
 *
 * @param path where it is, as the service sees it
 * @param content all of it
 * @param mode its permissions, like {@code rw-r--r--}
 * @param owner whose file it is once it is written
 */
record WantedFile(Path path, String content, String mode, Owner owner) {

  /** Whose file it is once it is written. */
  enum Owner {
    /** The program's: a newer version replaces it. */
    PROGRAM,
    /** The user's, to be changed: it is written only where there is none. */
    USER
  }

  WantedFile {
    requireNonNull(path, "path");
    requireNonNull(content, "content");
    requireNonNull(mode, "mode");
    requireNonNull(owner, "owner");
  }
}
