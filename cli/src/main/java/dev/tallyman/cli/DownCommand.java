package dev.tallyman.cli;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.ExitCodes;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.stack.NodeLink;
import dev.tallyman.cli.stack.ProgressView;
import dev.tallyman.cli.stack.Removal;
import dev.tallyman.cli.stack.Takedown;
import dev.tallyman.cli.sweep.Sweep;
import dev.tallyman.proto.v1.VolumeFate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tallyman down}. */
@Command(
    name = "down",
    description = {
      "Remove a stack from this host: its instances in reverse order, then its networks.",
      "Volumes stay, unless -v says otherwise; what is external is never touched. When no agent"
          + " runs, it is all done by labels at the engines; with -p no Compose file is needed.",
      "Nothing to remove is a success."
    })
final class DownCommand implements Callable<Integer> {

  /** How long an instance may take to stop when no agent knows what its spec says. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Host host;

  @Mixin private StackOptions stack = new StackOptions();
  @Mixin private NodeOptions nodeSocket = new NodeOptions();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Compose file whose stack is meant. May be repeated. Default: as for up.")
  private List<String> files = List.of();

  @Option(names = "--all", description = "Every stack that was handed over on this host.")
  private boolean all;

  @Option(
      names = {"-v", "--volumes"},
      description = "Remove the stack's volumes too, with what is in them.")
  private boolean volumes;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description =
          "Wait no longer than this until all is gone; the agent goes on. Without an agent: how"
              + " long an instance may take to stop, 10s by default.")
  private Optional<Duration> timeout = Optional.empty();

  DownCommand(Host host) {
    this.host = host;
  }

  @Option(
      names = "--remove-orphans",
      description = "Also what the files do not name: always so, a stack goes as a whole.")
  void removeOrphans(boolean wanted) {
    // There is nothing to decide: it is what happens anyway.
  }

  @Override
  public Integer call() throws InterruptedException {
    if (all && !files.isEmpty()) {
      throw CommandFailure.usage("--all: not with -f");
    }
    Optional<String> name = all ? Optional.empty() : Optional.of(stack.requiredStack(host, files));
    StackAgents agents = new StackAgents(host, nodeSocket);
    if (agents.mayRun()) {
      try (NodeLink agent = agents.link()) {
        each(name.map(Set::of).orElseGet(agent::stacks), one -> throughAgent(agent, one));
      }
    } else {
      try (Sweep sweep = Sweep.open(host, SettingsCommands.others())) {
        each(
            name.map(Set::of).orElseGet(sweep::stacks),
            one -> sweep.remove(one, sweptVolumes(), timeout.orElse(GRACE)));
      }
    }
    return ExitCodes.OK;
  }

  private interface Remover {
    Removal remove(String stack) throws InterruptedException;
  }

  /** One that cannot be removed does not keep the others. */
  private void each(Set<String> names, Remover remover) throws InterruptedException {
    if (names.isEmpty()) {
      host.out().line("nothing to remove");
    }
    List<String> troubles = new ArrayList<>();
    for (String name : names) {
      try {
        remover.remove(name).lines(name).forEach(host.out()::line);
        host.out().flush();
      } catch (CallFailure | CommandFailure e) {
        if (!all) {
          throw e;
        }
        troubles.add(name + ": " + e.getMessage());
      }
    }
    if (!troubles.isEmpty()) {
      throw CommandFailure.failed(
          "not every stack was removed:\n  " + String.join("\n  ", troubles));
    }
  }

  private Removal throughAgent(NodeLink agent, String name) throws InterruptedException {
    VolumeFate fate = volumes ? VolumeFate.VOLUME_FATE_REMOVE : VolumeFate.VOLUME_FATE_KEEP;
    Takedown takedown =
        new Takedown(agent, new ProgressView(host.out(), host.screen().get()), () -> false);
    return switch (takedown.run(name, fate, timeout)) {
      case Takedown.Outcome.Gone(Removal removed) -> removed;
      case Takedown.Outcome.Unfinished(Set<String> left) ->
          throw CommandFailure.failed(
              "stack %s is not gone after this time: %s; the agent goes on with it"
                  .formatted(name, String.join(", ", left)));
    };
  }

  private Sweep.Volumes sweptVolumes() {
    return volumes ? Sweep.Volumes.REMOVE : Sweep.Volumes.KEEP;
  }
}
