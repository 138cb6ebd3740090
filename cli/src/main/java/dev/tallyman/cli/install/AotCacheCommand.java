package dev.tallyman.cli.install;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tallyman aot-cache}. */
@Command(
    name = "aot-cache",
    description = {
      "Make the caches from which the agent and commands start faster.",
      "An agent of its own is run for it, which looks at this host's engines and touches nothing."
          + " 'tallyman install' does the same; packages do it when they are unpacked. Caches that"
          + " do not fit any more are passed over."
    })
public final class AotCacheCommand implements Callable<Integer> {

  private final Host host;

  @Option(names = "--force", description = "Make them anew, also where they fit.")
  private boolean force;

  /** The command. */
  public AotCacheCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    AotCache cache =
        new ProgramOption()
            .cache(host)
            .orElseThrow(() ->
                CommandFailure.failed(
                    "caches: no launcher is known that uses them (expected: bin/tallyman)"));
    if (!force && cache.isCurrent()) {
      host.out().line("The caches are up to date.");
    } else {
      cache.make();
    }
    return ExitCodes.OK;
  }
}
