package dev.tallyman.compose.translate;

import dev.tallyman.compose.load.Sources;

/**
 * With what a project is translated.
 *
 * @param sources where the files of secrets, configs and seccomp profiles are read
 */
public record TranslateOptions(Sources sources) {

  /** With the files of this machine. */
  public static TranslateOptions ofDisk() {
    return new TranslateOptions(Sources.disk());
  }
}
