package dev.tallyman.cli.sweep;

import dev.tallyman.agent.AgentConfig;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.roster.AppleUse;
import dev.tallyman.cli.daemon.NodeSettings;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.cli.process.Host;
import dev.tallyman.cli.stack.Removal;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.StackAssets.Asset;
import dev.tallyman.runtime.StackAssets.Kind;
import dev.tallyman.runtime.oci.EngineCandidate;
import dev.tallyman.runtime.oci.EngineCandidate.Verdict;
import dev.tallyman.runtime.oci.EngineDetection;
import dev.tallyman.runtime.oci.OciRuntime;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Removes stacks of this node by their labels, at its engines, without an agent. What a control
 * plane wants here is never touched. For one thread.
 */
public final class Sweep implements AutoCloseable {

  /** What becomes of volumes. */
  public enum Volumes {
    KEEP,
    REMOVE
  }

  private record Place(String engine, Supplier<ContainerRuntime> connection) {}

  private final List<Place> engines;
  private final Memory memory;

  private Sweep(List<Place> engines, Memory memory) {
    this.engines = List.copyOf(engines);
    this.memory = memory;
  }

  /**
   * Looks for the engines that the node's agent would use, and keeps it from starting meanwhile.
   *
   * @param otherEnvironment names that begin with {@code TALLYMAN_} and belong to other commands
   * @throws CommandFailure when the settings cannot be used, no engine can be asked, or one that is
   *     configured cannot: what it has is not known then; or when an agent runs after all
   */
  public static Sweep open(Host host, Predicate<String> otherEnvironment) {
    AgentConfig node = NodeSettings.read(host, otherEnvironment);
    List<EngineDetection.Configured> configured =
        node.runtimes().stream()
            .flatMap(choice ->
                choice.socket().stream()
                    .map(
                        socket -> new EngineDetection.Configured(choice.name(), socket.toString())))
            .toList();
    List<AppleUse.Wanted> apples = node.apple().wantedHere(node.runtimes());
    Set<String> wanted = new TreeSet<>();
    node.runtimes().forEach(choice -> wanted.add(choice.name()));
    apples.forEach(each -> wanted.remove(each.name()));
    Path logins = OciRuntime.dockerConfig(host.environment(), host.home());
    EngineDetection detection = new EngineDetection(node.deadlines());
    List<EngineCandidate> candidates =
        !node.runtimes().isEmpty() && configured.size() == wanted.size()
            ? detection.probe(configured)
            : detection.detect(configured);
    List<Place> engines = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    for (EngineCandidate candidate : candidates) {
      boolean mine = node.runtimes().isEmpty() || wanted.remove(candidate.name());
      switch (candidate.verdict()) {
        case Verdict.Usable usable -> {
          if (mine) {
            engines.add(
                new Place(
                    candidate.name(),
                    () ->
                        new OciRuntime(
                            candidate.name(),
                            node.node().name(),
                            usable.socket(),
                            node.deadlines(),
                            Clock.systemUTC(),
                            logins)));
          }
        }
        case Verdict.Unusable(String reason) -> {
          if (mine) {
            troubles.add(candidate.name() + " at " + candidate.address() + ": " + reason);
          }
        }
      }
    }
    wanted.forEach(name -> troubles.add(name + ": no such engine is found"));
    apples.forEach(each -> apple(node, each, engines, troubles));
    if (engines.isEmpty() || (!node.runtimes().isEmpty() && !troubles.isEmpty())) {
      throw CommandFailure.failed(
          "not every container engine of this node can be asked, so that it is not known what is"
              + " there; see tallyman doctor\n  "
              + String.join("\n  ", troubles));
    }
    return new Sweep(engines, Memory.hold(node.stateDir()));
  }

  private static void apple(
      AgentConfig node, AppleUse.Wanted wanted, List<Place> engines, List<String> troubles) {
    Supplier<ContainerRuntime> connection =
        () -> node.apple().connect(wanted, node.node().name(), node.deadlines(), Clock.systemUTC());
    try (ContainerRuntime runtime = connection.get()) {
      runtime.ping();
      engines.add(new Place(wanted.name(), connection));
    } catch (RuntimeFailure failure) {
      troubles.add(wanted.name() + " at " + wanted.command() + ": " + failure.getMessage());
    }
  }

  /** The stacks that have something at the engines, and those that the agent would bring back. */
  public Set<String> stacks() {
    Set<String> stacks = new TreeSet<>(memory.stacks());
    each(runtime -> {
      runtime.list().stream().filter(Sweep::isLocal).map(Instance::stack).forEach(stacks::add);
      runtime.assets().list().stream()
          .filter(asset -> asset.kind() == Kind.NETWORK)
          .map(Asset::stack)
          .forEach(stacks::add);
    });
    return stacks;
  }

  /**
   * Removes a stack: instances in the order in which they may be stopped, then networks, then
   * volumes if so asked.
   *
   * @param grace how long an instance may take to stop
   * @throws CommandFailure when an engine does not do what it is asked; the rest stays then
   */
  public Removal remove(String stack, Volumes volumes, Duration grace) {
    memory.forget(stack);
    List<Removal> removals = new ArrayList<>();
    each(runtime -> removals.add(remove(runtime, stack, volumes, grace)));
    return removals.stream().reduce(Removal.NOTHING, Removal::and);
  }

  /** Lets an agent start again. */
  @Override
  public void close() {
    memory.close();
  }

  private void each(Consumer<ContainerRuntime> work) {
    for (Place place : engines) {
      try (ContainerRuntime runtime = place.connection().get()) {
        work.accept(runtime);
      } catch (RuntimeFailure failure) {
        throw CommandFailure.failed(
            "not everything could be removed at "
                + place.engine()
                + ": "
                + failure.getMessage()
                + "; run this again");
      }
    }
  }

  private static Removal remove(
      ContainerRuntime runtime, String stack, Volumes volumes, Duration grace) {
    Map<String, Instance> left = new TreeMap<>();
    runtime.list().stream()
        .filter(instance -> instance.stack().equals(stack) && isLocal(instance))
        .forEach(instance -> left.put(instance.uid(), instance));
    List<String> instances = new ArrayList<>();
    while (!left.isEmpty()) {
      List<Instance> next = Order.next(left.values());
      Parallel.each(
          next,
          instance -> {
            var _ = runtime.stop(instance.uid(), grace);
            runtime.remove(instance.uid());
          });
      next.forEach(instance -> {
        left.remove(instance.uid());
        instances.add(instance.workload());
      });
    }
    List<String> networks = new ArrayList<>();
    List<String> removedVolumes = new ArrayList<>();
    for (Asset asset : runtime.assets().list()) {
      boolean unwanted = asset.kind() == Kind.NETWORK || volumes == Volumes.REMOVE;
      if (asset.stack().equals(stack) && unwanted) {
        runtime.assets().remove(asset);
        switch (asset.kind()) {
          case NETWORK -> networks.add(asset.name());
          case VOLUME -> removedVolumes.add(asset.name());
        }
      }
    }
    return new Removal(instances, networks, removedVolumes);
  }

  private static boolean isLocal(Instance instance) {
    return instance.feed().filter(FeedNames.CONTROL_PLANE::equals).isEmpty();
  }
}
