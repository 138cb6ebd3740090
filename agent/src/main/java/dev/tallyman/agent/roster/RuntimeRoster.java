package dev.tallyman.agent.roster;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Ticks;
import dev.tallyman.agent.observe.RuntimeWatch;
import dev.tallyman.agent.telemetry.Telemetry;
import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.oci.EngineCandidate;
import dev.tallyman.runtime.oci.EngineCandidate.Verdict;
import dev.tallyman.runtime.oci.EngineDetection;
import dev.tallyman.runtime.oci.OciRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's runtimes. A configured one with a socket is connected whether or not it answers yet;
 * one that is configured by name, or not at all, when an engine of that name, or any, is found.
 * Until each has been found the roster looks again every ten seconds: an engine may be started
 * after the agent.
 *
 * <p>Safe for any threads.
 */
public final class RuntimeRoster implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RuntimeRoster.class);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private record Connected(ContainerRuntime runtime, RuntimeWatch watch) {}

  private final String node;
  private final List<RuntimeChoice> choices;
  private final AppleUse apple;
  private final Deadlines deadlines;
  private final InstantSource clock;
  private final Inbox inbox;
  private final Ticks ticks;
  private final Telemetry telemetry;
  private final Map<String, Connected> connected = new ConcurrentHashMap<>();
  private final Thread seeker = Thread.ofVirtual().name("runtime-roster").unstarted(this::seek);

  /** A roster of nothing yet; {@link #start} fills it. */
  public RuntimeRoster(
      String node,
      List<RuntimeChoice> choices,
      AppleUse apple,
      Deadlines deadlines,
      InstantSource clock,
      Inbox inbox,
      Ticks ticks,
      Telemetry telemetry) {
    this.node = node;
    this.choices = List.copyOf(choices);
    this.apple = apple;
    this.deadlines = deadlines;
    this.clock = clock;
    this.inbox = inbox;
    this.ticks = ticks;
    this.telemetry = telemetry;
  }

  /**
   * Tells the loop of each configured runtime, in their order, and begins to connect. Returns at
   * once.
   */
  public void start() {
    choices.forEach(
        choice -> inbox.post(new Message.RuntimeDown(choice.name(), "it was not found yet")));
    seeker.start();
  }

  /** The runtime of a name, if it is connected. */
  public Optional<ContainerRuntime> find(String name) {
    return Optional.ofNullable(connected.get(name)).map(Connected::runtime);
  }

  /** All runtimes that are connected, by name. */
  public Map<String, ContainerRuntime> all() {
    return connected.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().runtime()));
  }

  /** Asks a runtime for the instance of a uid; see {@link dev.tallyman.agent.observe.Looker}. */
  public void look(String runtime, String uid) {
    Optional.ofNullable(connected.get(runtime)).ifPresent(c -> c.watch().look(uid));
  }

  /** Ends all watches and closes all runtimes; instances go on. */
  @Override
  public void close() {
    seeker.interrupt();
    connected
        .values()
        .forEach(c -> {
          c.watch().close();
          c.runtime().close();
        });
  }

  private void seek() {
    choices.forEach(choice -> choice.socket().ifPresent(socket -> connect(choice.name(), socket)));
    if (!choices.isEmpty()) {
      connectApple();
    }
    String lastSaid = "";
    try {
      while (!isComplete()) {
        List<EngineCandidate> candidates = new EngineDetection(deadlines).detect(List.of());
        wanted(candidates);
        if (choices.isEmpty()) {
          // After the engines that were there first, so that nothing moves when it is installed.
          connectApple();
        }
        String said = isComplete() ? "" : unusable(candidates);
        if (!said.equals(lastSaid)) {
          log.warn(
              "No usable container engine found{}; looking again every {} s. Candidates: {}",
              choices.isEmpty() ? "" : " for some of the configured runtimes",
              LOOK_AGAIN.toSeconds(),
              said);
          lastSaid = said;
        }
        if (!isComplete()) {
          Thread.sleep(LOOK_AGAIN);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeFailure.Cancelled _) {
      log.debug("The search for engines was cancelled");
    }
  }

  private boolean isComplete() {
    return choices.isEmpty()
        ? !connected.isEmpty()
        : choices.stream().allMatch(choice -> connected.containsKey(choice.name()));
  }

  /** Connects the candidates that are wanted and not connected yet. */
  private void wanted(List<EngineCandidate> candidates) {
    List<String> names = new ArrayList<>();
    choices.forEach(choice -> names.add(choice.name()));
    for (EngineCandidate candidate : candidates) {
      switch (candidate.verdict()) {
        case Verdict.Usable usable -> {
          if (names.isEmpty() || names.contains(candidate.name())) {
            connect(candidate.name(), usable.socket());
          }
        }
        case Verdict.Unusable _ -> {}
      }
    }
  }

  private void connect(String name, Path socket) {
    connect(
        name,
        socket.toString(),
        () -> new OciRuntime(name, node, socket, deadlines, clock, dockerConfig()));
  }

  private void connectApple() {
    for (AppleUse.Wanted wanted : apple.wantedHere(choices)) {
      connect(wanted.name(), wanted.command(), () -> apple.connect(wanted, node, deadlines, clock));
    }
  }

  private void connect(String name, String place, Supplier<ContainerRuntime> maker) {
    if (connected.containsKey(name)) {
      return;
    }
    inbox.post(new Message.RuntimeDown(name, "it was not asked yet"));
    ContainerRuntime runtime = maker.get();
    connected.put(
        name, new Connected(runtime, RuntimeWatch.start(runtime, inbox, ticks, telemetry)));
    log.info("Runtime {} is at {}", name, place);
  }

  /** Where Docker's own client keeps logins at registries, so that both know the same ones. */
  private static Path dockerConfig() {
    return Optional.ofNullable(System.getenv("DOCKER_CONFIG"))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home", "/"), ".docker"));
  }

  private static String unusable(List<EngineCandidate> candidates) {
    return candidates.stream()
        .flatMap(c ->
            switch (c.verdict()) {
              case Verdict.Unusable unusable ->
                  List.of(c.name() + " at " + c.address() + ": " + unusable.reason()).stream();
              case Verdict.Usable _ -> List.<String>of().stream();
            })
        .collect(Collectors.joining("; "));
  }
}
