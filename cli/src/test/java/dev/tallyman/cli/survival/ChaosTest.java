package dev.tallyman.cli.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.proto.v1.AssignedWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories: thirty workloads are applied, changed and removed while agent, control plane
 * and engine are killed and lose their disks and each other. After each fault exactly what is
 * wanted runs, once, and in the end nothing is left.
 *
 * <p>A history ends when each fault was there and {@code -Dtallyman.chaos.kills} (default 12)
 * processes were killed. {@code -Dtallyman.chaos.seed} repeats the choices of a run, {@code
 * -Dtallyman.chaos.faults} is a list of the only ones; {@code bench/chaos} is the long form.
 */
class ChaosTest {

  private static final Duration SOON = Duration.ofMinutes(4);

  /** Of the agent, after another fault. */
  private static final int MOST_FURTHER_KILLS = 3;

  private final int kills = Integer.getInteger("tallyman.chaos.kills", 12);
  private final long seed = Long.getLong("tallyman.chaos.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Scene scene = new Scene("chaos");

  /** Whether there is anything that a failure could be found in. */
  private boolean begun;

  private boolean passed;

  @AfterEach
  void leaveNothingButTheLogsOfAFailure() throws IOException {
    if (begun && !passed) {
      keepLogs(Files.createDirectories(Path.of("target", "chaos-" + scene.node())));
    }
    scene.close();
  }

  private void keepLogs(Path kept) throws IOException {
    try (Stream<Path> logs = Files.list(scene.folder())) {
      for (Path log : logs.filter(file -> file.toString().endsWith(".log")).toList()) {
        Files.copy(log, kept.resolve(log.getFileName()));
      }
    }
    say("failed: the daemons' logs are in %s".formatted(kept.toAbsolutePath()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void exactlyWhatIsWantedRunsOnceWhateverIsDoneToWhomAndWhenever(String kind) throws Exception {
    TestEngine engine = TestEngine.of(kind);
    say("%s: seed %d, at least %d kills".formatted(kind, seed, kills));
    begun = true;
    Daemons both = scene.startEnclosed(engine);
    EngineView view = new EngineView(engine.socket(), scene.node(), Scene.STACK);
    Leftovers leftovers = new Leftovers(engine, view, scene.node());
    Path out = Files.createDirectory(scene.folder().resolve("out"));
    Wanted wanted = new Wanted(random, scene.node(), out);
    Look look = new Look(wanted, both, view, scene.node());
    Striker striker = new Striker(scene, engine, both, wanted, look, random);
    List<Fault> possible = possible(engine);
    Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    long began = System.nanoTime();

    striker.ask(wanted.begin());
    Deque<Fault> deck = new ArrayDeque<>();
    while (striker.kills() < kills || done.size() < possible.size()) {
      if (deck.isEmpty()) {
        deck.addAll(shuffled(possible));
      }
      Fault fault = deck.pop();
      say("%s: %d s, %d kills, now %s".formatted(kind, seconds(began), striker.kills(), fault));
      striker.change();
      striker.peace();
      striker.strike(fault);
      for (int more = random.nextInt(MOST_FURTHER_KILLS); more > 0; more--) {
        striker.peace();
        striker.strike(Fault.AGENT_KILLED);
        done.merge(Fault.AGENT_KILLED, 1, Integer::sum);
      }
      look.awaitExactlyWhatIsWanted();
      done.merge(fault, 1, Integer::sum);
    }

    removeAll(both, striker);
    leftovers.requireNoneOfWorkloads(look.containers(), engineKills(done));
    removeVolumes(view);
    both.signalAgent();
    assertThat(both.awaitAgentsEnd()).as(both.agentLog()).isZero();
    assertThat(both.endControlPlane()).isZero();
    Leftovers.requireNoneOfDaemons(both);
    passed = true;
    say(
        "%s: passed: seed %d, %d kills, %d containers, %d s, faults %s"
            .formatted(
                kind, seed, striker.kills(), look.containers().size(), seconds(began), done));
  }

  private static int engineKills(Map<Fault, Integer> done) {
    return done.getOrDefault(Fault.ENGINE_KILLED, 0)
        + done.getOrDefault(Fault.ENGINE_AND_AGENT_KILLED, 0);
  }

  private List<Fault> possible(TestEngine engine) {
    String only = System.getProperty("tallyman.chaos.faults", "");
    return Arrays.stream(Fault.values())
        .filter(fault -> only.isEmpty() || List.of(only.split(",")).contains(fault.name()))
        .filter(fault -> {
          fault
              .obstacle(scene, engine)
              .ifPresent(why -> say("%s: without %s: %s".formatted(engine.kind(), fault, why)));
          return fault.obstacle(scene, engine).isEmpty();
        })
        .toList();
  }

  private List<Fault> shuffled(List<Fault> faults) {
    List<Fault> deck = new ArrayList<>(faults);
    Collections.shuffle(deck, random);
    return deck;
  }

  private static void removeAll(Daemons both, Striker striker) {
    both.delete(both.workloads().stream().map(AssignedWorkload::getWorkload).toList());
    striker.strike(Fault.AGENT_KILLED);
    await().atMost(SOON).until(() -> both.isReady() && both.workloads().isEmpty());
  }

  /** They stay until somebody says so, which is said here. */
  private void removeVolumes(EngineView view) {
    assertThat(view.volumes()).containsExactly(scene.node() + "-data");
    scene.runtime().assets().list().forEach(scene.runtime().assets()::remove);
    assertThat(view.volumes()).isEmpty();
  }

  private static long seconds(long began) {
    return Duration.ofNanos(System.nanoTime() - began).toSeconds();
  }

  private static void say(String what) {
    System.out.println("chaos at " + what);
  }
}
