package dev.tallyman.cli.install;

import dev.tallyman.cli.install.Installer.OnChanged;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman install}. */
@Command(
    name = "install",
    description = {
      "Make the agent a service of this host, which runs from boot on and is started again.",
      "As root on Linux that is a system unit, as another user a unit of that user's systemd, on"
          + " macOS an agent of the user's desktop. A settings file with all defaults is written"
          + " where there is none. What is as it should be stays untouched; what fails is taken"
          + " back."
    })
public final class InstallCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private SiteOptions options = new SiteOptions();

  @Option(names = "--dry-run", description = "Show what would be written and run, and end.")
  private boolean dryRun;

  @Option(
      names = "--replace",
      description = "Put files of the service that somebody changed aside, and write them anew.")
  private boolean replace;

  /** The command. */
  public InstallCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    Site site = options.site(host);
    Manager manager =
        SiteOptions.manager(Platform.of(System.getProperty("os.name", "unknown")), site);
    options.warnOfForeignProgram(host, site);
    if (dryRun) {
      new Installer(site, manager, new ShownCommands(host.out(), "would run "), host.out()).show();
      options.cache(host).ifPresent(cache -> host.out().line("would make " + cache));
    } else {
      new Installer(site, manager, options.commands(host), host.out())
          .install(
              replace ? OnChanged.PUT_ASIDE : OnChanged.REFUSE, () -> options.makeCaches(host));
    }
    return ExitCodes.OK;
  }
}
