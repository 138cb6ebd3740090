package dev.tallyman.cli.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.EnvVar;
import dev.tallyman.proto.v1.Mount;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.RestartMode;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the agent and the control plane at random moments while thirty workloads are applied,
 * changed and removed, and looks again and again whether exactly what is wanted runs, once.
 *
 * <p>{@code -Dtallyman.chaos.kills} says how often it kills (default 6), {@code
 * -Dtallyman.chaos.seed} repeats the choices of a run; {@code bench/chaos} is the long form.
 */
class ChaosTest {

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final int SERVICES = 24;
  private static final int JOBS_PER_ROUND = 2;
  private static final int ROUNDS_TO_A_LOOK = 3;
  private static final int LONGEST_PEACE_MILLIS = 1500;
  private static final String OUT = "/out";

  private final int kills = Integer.getInteger("tallyman.chaos.kills", 6);
  private final long seed = Long.getLong("tallyman.chaos.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Scene scene = new Scene("chaos");

  /** Versions of the services that should run, by name. */
  private final Map<String, Integer> services = new TreeMap<>();

  /** Exit codes of the jobs that were ever wanted, by name. */
  private final Map<String, Integer> jobs = new HashMap<>();

  private int lastVersion;

  @AfterEach
  void leaveNothing() throws IOException {
    scene.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void exactlyWhatIsWantedRunsOnceWhoeverIsKilledAndWhenever(String engine) throws Exception {
    System.out.println("chaos at " + engine + ": seed " + seed + ", kills " + kills);
    Daemons both = scene.start(engine);
    Path out = Files.createDirectory(scene.folder().resolve("out"));
    for (int kill = 1; kill <= kills; kill++) {
      change(both, out);
      // Whatever moment this is in whatever is under way, it is one that a power cut may choose.
      Thread.sleep(random.nextInt(LONGEST_PEACE_MILLIS));
      strike(both);
      if (kill % ROUNDS_TO_A_LOOK == 0 || kill == kills) {
        awaitExactlyWhatIsWanted(both, out);
      }
    }
    removeAll(both);
  }

  /** Some services begin, change or go, and some jobs begin. */
  private void change(Daemons both, Path out) {
    List<Workload> wanted = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = "s" + random.nextInt(SERVICES);
      services.put(name, ++lastVersion);
      wanted.removeIf(w -> w.getName().equals(name));
      wanted.add(service(name, lastVersion));
    }
    for (int i = 0; i < JOBS_PER_ROUND; i++) {
      String name = "j" + ++lastVersion;
      int code = random.nextInt(4);
      jobs.put(name, code);
      wanted.add(job(name, code, out));
    }
    both.apply(wanted);
    if (random.nextInt(3) == 0) {
      List<String> going = services.keySet().stream().filter(_ -> random.nextInt(3) == 0).toList();
      if (!going.isEmpty()) {
        both.delete(going.stream().map(name -> service(name, 0)).toList());
        services.keySet().removeAll(going);
      }
    }
  }

  private void strike(Daemons both) {
    int choice = random.nextInt(10);
    if (choice < 7) {
      both.killAgent();
      both.startAgent();
    } else if (choice < 9) {
      both.killControlPlane();
      both.startControlPlane();
    } else {
      both.killAgent();
      both.killControlPlane();
      both.startAgent();
      both.startControlPlane();
    }
    await().atMost(SOON).until(both::isReady);
  }

  private void awaitExactlyWhatIsWanted(Daemons both, Path out) throws IOException {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          Map<String, Phase> phases =
              both.workloads().stream()
                  .collect(
                      Collectors.toMap(
                          w -> w.getWorkload().getName(),
                          w -> w.getStatus().getPhase(),
                          // One of that name is being taken down still.
                          (_, _) -> Phase.PHASE_STOPPING));
          Map<String, Phase> expected = new HashMap<>();
          services.keySet().forEach(name -> expected.put(name, Phase.PHASE_RUNNING));
          jobs.forEach((name, code) ->
              expected.put(name, code == 0 ? Phase.PHASE_SUCCEEDED : Phase.PHASE_FAILED));
          assertThat(phases).as("seed " + seed).isEqualTo(expected);
        });
    List<AssignedWorkload> assigned = both.workloads();
    List<Instance> instances = scene.runtime().list();
    List<String> running =
        instances.stream()
            .filter(i -> i.state() instanceof InstanceState.Running)
            .map(Instance::workload)
            .sorted()
            .toList();
    assertThat(running).as("seed " + seed).isEqualTo(List.copyOf(services.keySet()));
    assertThat(instances.stream().map(Instance::uid)).as("seed " + seed).doesNotHaveDuplicates();
    Set<String> wantedUids =
        assigned.stream().map(w -> w.getWorkload().getUid()).collect(Collectors.toSet());
    assertThat(instances).as("seed " + seed).allMatch(i -> wantedUids.contains(i.uid()));
    Map<String, Integer> versions = new TreeMap<>();
    Map<String, Integer> codes = new HashMap<>();
    for (AssignedWorkload one : assigned) {
      if (services.containsKey(one.getWorkload().getName())) {
        versions.put(
            one.getWorkload().getName(),
            Integer.valueOf(one.getWorkload().getSpec().getEnv(0).getValue()));
      } else {
        codes.put(one.getWorkload().getName(), one.getStatus().getExitCode());
      }
    }
    assertThat(versions).as("versions, seed " + seed).isEqualTo(services);
    assertThat(codes).as("exit codes, seed " + seed).isEqualTo(jobs);
    for (String job : jobs.keySet()) {
      assertThat(Files.readAllLines(out.resolve(job)))
          .as("runs of " + job + ", seed " + seed)
          .hasSize(1);
    }
  }

  private void removeAll(Daemons both) {
    both.delete(both.workloads().stream().map(AssignedWorkload::getWorkload).toList());
    both.killAgent();
    both.startAgent();
    await().atMost(SOON).until(() -> both.isReady() && both.workloads().isEmpty());
    assertThat(scene.runtime().list()).as("seed " + seed).isEmpty();
    assertThat(scene.runtime().assets().list()).as("seed " + seed).isEmpty();
  }

  private static Workload service(String name, int version) {
    Workload.Builder workload =
        Scene.workload(name, RestartMode.RESTART_MODE_ALWAYS, "exec sleep 3600").toBuilder();
    workload
        .getSpecBuilder()
        .addEnv(EnvVar.newBuilder().setName("VERSION").setValue(String.valueOf(version)));
    return workload.build();
  }

  private static Workload job(String name, int code, Path out) {
    Workload.Builder workload =
        Scene.workload(
            name,
            RestartMode.RESTART_MODE_NO,
            "echo ran >>%s/%s; sleep 1; exit %d".formatted(OUT, name, code))
            .toBuilder();
    workload
        .getSpecBuilder()
        .addMounts(
            Mount.newBuilder()
                .setTarget(OUT)
                .setBind(dev.tallyman.proto.v1.BindMount.newBuilder().setPath(out.toString())));
    return workload.build();
  }
}
