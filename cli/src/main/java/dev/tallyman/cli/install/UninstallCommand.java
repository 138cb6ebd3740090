package dev.tallyman.cli.install;

import dev.tallyman.cli.install.Uninstaller.OnState;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman uninstall}. */
@Command(
    name = "uninstall",
    description = {
      "End the agent's service and take its files away.",
      "Workloads run on. Settings that you changed, and the agent's memory of what ran, stay."
    })
public final class UninstallCommand implements Callable<Integer> {

  private final Host host;

  @Mixin private SiteOptions options = new SiteOptions();

  @Option(
      names = "--purge",
      description = "Delete the agent's memory and logs too. Workloads run on all the same.")
  private boolean purge;

  /** The command. */
  public UninstallCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    Site site = options.site(host);
    Manager manager =
        SiteOptions.manager(Platform.of(System.getProperty("os.name", "unknown")), site);
    new Uninstaller(site, manager, options.commands(host), host.out())
        .uninstall(purge ? OnState.DELETE : OnState.KEEP);
    options.cache(host).ifPresent(AotCache::delete);
    return ExitCodes.OK;
  }
}
