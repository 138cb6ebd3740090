package dev.tallyman.cli.stack;

import dev.tallyman.cli.output.Screen;
import dev.tallyman.cli.process.Host;
import java.util.Optional;

/** Finds out where lines go. */
final class LogTargets {

  /** See no-color.org: set to anything but nothing, it forbids colours. */
  private static final String NO_COLOR = "NO_COLOR";

  private LogTargets() {}

  static LogFormat.Target of(Host host, Optional<Screen> screen) {
    if (screen.isEmpty()) {
      return LogFormat.Target.OTHER;
    }
    return host.environment().getOrDefault(NO_COLOR, "").isEmpty()
        ? LogFormat.Target.TERMINAL
        : LogFormat.Target.PLAIN_TERMINAL;
  }
}
