package dev.tallyman.runtime.apple.containers;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Labels;
import dev.tallyman.runtime.apple.cli.AttachEnd;
import dev.tallyman.runtime.apple.cli.Cli;
import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Container.Link;
import dev.tallyman.runtime.apple.cli.Verb;
import dev.tallyman.runtime.apple.containers.States.Judged;
import dev.tallyman.runtime.apple.hosts.HostsFiles;
import dev.tallyman.runtime.apple.logs.LogFile;
import dev.tallyman.runtime.apple.shim.Outcome;
import dev.tallyman.runtime.apple.shim.Run;
import dev.tallyman.runtime.apple.shim.Runs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees the containers of a node. What it sees it also writes down where it would be forgotten, and
 * every look brings the hosts files up to date.
 */
public final class Observer {

  private static final Logger log = LoggerFactory.getLogger(Observer.class);

  /** How long a shim may wait for a container that has stopped. */
  private static final Duration SHIM_COMES_BACK = Duration.ofSeconds(10);

  private final Cli cli;
  private final String node;
  private final Runs runs;
  private final HostsFiles hosts;
  private final InstantSource clock;
  private final Map<String, Instant> endingSince = new ConcurrentHashMap<>();

  public Observer(Cli cli, String node, Runs runs, HostsFiles hosts, InstantSource clock) {
    this.cli = requireNonNull(cli, "cli");
    this.node = requireNonNull(node, "node");
    this.runs = requireNonNull(runs, "runs");
    this.hosts = requireNonNull(hosts, "hosts");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * What is there.
   *
   * @param all all containers, of whomever
   * @param ours those of the node
   */
  public record Sight(List<Container> all, List<Container> ours) {

    /** The container of a workload. Of several, the one that runs, else the first by name. */
    public Optional<Container> of(String uid) {
      return ours.stream()
          .filter(container -> container.uid().equals(uid))
          .min(Comparator.comparing((Container c) -> !c.runs()).thenComparing(Container::name));
    }

    /** Whoever has a name. */
    public Optional<Container> named(String name) {
      return all.stream().filter(container -> container.name().equals(name)).findFirst();
    }
  }

  /**
   * Looks.
   *
   * @param verb for which it is done, for people
   * @param subject of what
   */
  public Sight look(Verb verb, String subject) {
    List<Container> all = cli.list(verb, subject);
    List<Container> ours = all.stream().filter(container -> container.belongsTo(node)).toList();
    hosts.refresh(ours);
    return new Sight(all, ours);
  }

  /** All instances of the node, one for each workload. */
  public List<Instance> instances() {
    Sight sight = look(Verb.LIST, "");
    return sight.ours().stream()
        .map(Container::uid)
        .distinct()
        .flatMap(uid -> sight.of(uid).stream())
        .map(this::instance)
        .toList();
  }

  /** A container as an instance. */
  public Instance instance(Container container) {
    List<Judged> judged = judged(container);
    notice(container, judged);
    InstanceState state = States.of(container, judged, clock.instant());
    boolean running = state instanceof InstanceState.Running;
    Map<String, String> addresses = new TreeMap<>();
    if (running) {
      container.links().forEach((network, link) -> addresses.put(network, address(link)));
    }
    return new Instance(
        container.uid(),
        container.label(Labels.STACK),
        container.label(Labels.WORKLOAD),
        container.label(Labels.SPEC_HASH),
        container.id(),
        container.name(),
        container.image(),
        state,
        running ? container.ports() : List.of(),
        addresses,
        Optional.of(container.label(Labels.FEED)).filter(feed -> !feed.isEmpty()),
        Labels.dependencies(container.label(Labels.DEPENDS_ON)));
  }

  private static String address(Link link) {
    return link.address();
  }

  /** A container's runs, newest first. */
  List<Judged> judged(Container container) {
    List<Judged> judged = new ArrayList<>();
    for (Run run : runs.of(container.incarnation())) {
      judged.add(new Judged(run, run.outcome().map(outcome -> judge(container, outcome))));
    }
    return List.copyOf(judged);
  }

  AttachEnd judge(Container container, Outcome outcome) {
    return AttachEnd.judge(
        outcome.exitCode(),
        outcome.errors(),
        outcome.wasKilled(),
        outcome.wasCut(),
        line ->
            cli.facts()
                .appRoot()
                .filter(root -> new LogFile(root, container.name()).tailHas(line))
                .isPresent());
  }

  /** Whether its machine may live although the engine says stopped. */
  boolean isOutOfSight(Container container) {
    return States.isOutOfSight(container, judged(container));
  }

  private void notice(Container container, List<Judged> judged) {
    if (judged.isEmpty()) {
      return;
    }
    Run last = judged.getFirst().run();
    try {
      if (container.runs() && States.isStartOf(container, last)) {
        runs.started(last, States.startedAt(container, judged, clock.instant()));
        runs.trim(last);
      }
    } catch (IOException e) {
      log.warn(
          "The folder of {} cannot be written, so its end may become unknown: {}",
          container.name(),
          e.toString());
    }
    if (!container.runs() && States.isEnding(container, judged)) {
      Instant since = endingSince.computeIfAbsent(container.incarnation(), _ -> clock.instant());
      if (clock.instant().isAfter(since.plus(SHIM_COMES_BACK))) {
        log.warn(
            "{} has ended, and the command that waits for its exit code does not; it is killed and"
                + " the code is unknown",
            container.name());
        runs.kill(last);
      }
    } else {
      endingSince.remove(container.incarnation());
    }
  }
}
