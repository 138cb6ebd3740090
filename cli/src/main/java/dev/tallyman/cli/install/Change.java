package dev.tallyman.cli.install;

import java.util.Optional;

/**
 * What is to become of one file.
 *
 * @param file as it should be
 * @param kind what is done
 */
record Change(WantedFile file, Kind kind) {

  /** What is done with a file. */
  enum Kind {
    /** There is none: it is written. */
    CREATE,
    /** It is what an earlier install wrote: it is replaced. */
    REPLACE,
    /** It is as it should be. */
    LEAVE,
    /** It is the user's, and stays as it is. */
    KEEP,
    /** It is the program's, and somebody changed it. */
    CHANGED_BY_OTHERS
  }

  /** Whether the file is written. */
  boolean isWriting() {
    return switch (kind) {
      case CREATE, REPLACE, CHANGED_BY_OTHERS -> true;
      case LEAVE, KEEP -> false;
    };
  }

  /** What is done, in one word for people. */
  String word() {
    return switch (kind) {
      case CREATE -> "new";
      case REPLACE -> "replaced";
      case LEAVE -> "unchanged";
      case KEEP -> "kept";
      case CHANGED_BY_OTHERS -> "changed";
    };
  }

  /**
   * Compares what should be with what is. Pure.
   *
   * @param found the file as it is
   * @param receipt what was written at the last time
   */
  static Change of(WantedFile file, Optional<Disk.Found> found, Optional<Receipt> receipt) {
    if (found.isEmpty()) {
      return new Change(file, Kind.CREATE);
    }
    if (found.get().content().equals(file.content())) {
      return new Change(file, found.get().mode().equals(file.mode()) ? Kind.LEAVE : Kind.REPLACE);
    }
    if (receipt.filter(r -> r.knows(file.path(), found.get().content())).isPresent()) {
      return new Change(file, Kind.REPLACE);
    }
    return new Change(
        file,
        switch (file.owner()) {
          case USER -> Kind.KEEP;
          case PROGRAM -> Kind.CHANGED_BY_OTHERS;
        });
  }
}
