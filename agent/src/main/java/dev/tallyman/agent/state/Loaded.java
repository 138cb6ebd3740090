package dev.tallyman.agent.state;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What was found when something was loaded.
 *
 * @param <T> what was looked for
 */
public sealed interface Loaded<T> {

  /** It is there, whole. */
  record Present<T>(T value) implements Loaded<T> {
    public Present {
      requireNonNull(value, "value");
    }
  }

  /** It was never saved. */
  record Absent<T>() implements Loaded<T> {}

  /**
   * It is there but cannot be believed. It was moved out of the way, for people to look at.
   *
   * @param path where it is now
   * @param why what is wrong with it; a sentence
   */
  record SetAside<T>(Path path, String why) implements Loaded<T> {
    public SetAside {
      requireNonNull(path, "path");
      requireNonNull(why, "why");
    }
  }

  /** The value, when it is there. */
  default Optional<T> found() {
    return switch (this) {
      case Present<T>(T value) -> Optional.of(value);
      case Absent<T> _, SetAside<T> _ -> Optional.empty();
    };
  }
}
