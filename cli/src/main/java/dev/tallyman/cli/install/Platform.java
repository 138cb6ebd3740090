package dev.tallyman.cli.install;

import dev.tallyman.cli.process.CommandFailure;

/** The kinds of hosts that have a service manager that is known here. */
enum Platform {
  /** systemd. */
  LINUX,
  /** launchd. */
  MACOS;

  /**
   * The platform of a host.
   *
   * @param osName the system property {@code os.name}
   * @throws CommandFailure when there is none
   */
  static Platform of(String osName) {
    if (osName.equals("Linux")) {
      return LINUX;
    }
    if (osName.startsWith("Mac OS")) {
      return MACOS;
    }
    throw CommandFailure.failed(
        "operating system: " + osName + " (expected: Linux with systemd, or macOS)");
  }
}
