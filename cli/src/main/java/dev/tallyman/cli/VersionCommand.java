package dev.tallyman.cli;

import dev.tallyman.cli.process.Host;
import dev.tallyman.config.ProgramVersion;
import picocli.CommandLine.Command;

/** {@code tallyman version}. */
@Command(name = "version", description = "Show the version of this program and of its Java.")
final class VersionCommand implements Runnable {

  private final Host host;

  VersionCommand(Host host) {
    this.host = host;
  }

  @Override
  public void run() {
    host.out().line("tallyman " + ProgramVersion.current());
    host.out()
        .line(
            "java "
                + Runtime.version()
                + " ("
                + System.getProperty("java.vendor", "unknown")
                + ")");
  }
}
