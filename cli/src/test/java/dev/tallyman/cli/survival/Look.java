package dev.tallyman.cli.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.Phase;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks whether exactly what is wanted runs, once: at what the control plane was told, at what the
 * engine says, and at the processes of this host.
 */
final class Look {

  private static final Duration SOON = Duration.ofMinutes(6);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final int KILLED = 137;

  private final Wanted wanted;
  private final Daemons both;
  private final EngineView engine;
  private final String node;

  /** What the node ever had, for whoever looks for leftovers. */
  private final Set<String> containers = new HashSet<>();

  Look(Wanted wanted, Daemons both, EngineView engine, String node) {
    this.wanted = wanted;
    this.both = both;
    this.engine = engine;
    this.node = node;
  }

  /** Waits until all is as it should be; fails at once where it never may be as it is. */
  void awaitExactlyWhatIsWanted() {
    await()
        .atMost(SOON)
        .pollInterval(PAUSE)
        .untilAsserted(() -> {
          List<EngineView.Container> now = engine.containers();
          requireNeverTwice(now);
          statusesAreRight();
          instancesAreRight(now);
          processesAreRight();
        });
  }

  /** Containers that were seen. */
  Set<String> containers() {
    return containers;
  }

  /** Identities of the containers that run. */
  Set<String> running() {
    return engine.containers().stream()
        .filter(EngineView.Container::runs)
        .map(EngineView.Container::id)
        .collect(Collectors.toSet());
  }

  /** What may not be for a moment: waiting does not mend it. */
  private void requireNeverTwice(List<EngineView.Container> now) {
    now.forEach(container -> containers.add(container.id()));
    Map<String, Long> byUid =
        now.stream()
            .collect(Collectors.groupingBy(EngineView.Container::uid, Collectors.counting()));
    byUid.forEach((uid, count) -> {
      if (uid.isEmpty() || count > 1) {
        throw new IllegalStateException(count + " containers of the uid '" + uid + "': " + now);
      }
    });
    try (Stream<Path> files = Files.list(wanted.runs())) {
      for (Path file : files.toList()) {
        if (Files.readAllLines(file).size() > 1) {
          throw new IllegalStateException("the job " + file.getFileName() + " ran twice");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void statusesAreRight() {
    List<AssignedWorkload> assigned = both.workloads();
    Map<String, String> said = new TreeMap<>();
    for (AssignedWorkload one : assigned) {
      // One of that name may be being taken down still.
      said.merge(
          one.getWorkload().getName(), text(one), (former, other) -> former + " and " + other);
    }
    Map<String, String> expected = new TreeMap<>();
    wanted
        .services()
        .forEach(
            (name, version) -> expected.put(name, wanted.markOf(name, version) + " PHASE_RUNNING"));
    wanted
        .jobs()
        .forEach((name, job) ->
            expected.put(
                name,
                ends(name, job).contains(said.get(name))
                    ? said.getOrDefault(name, "")
                    : ends(name, job).getFirst()));
    assertThat(said).isEqualTo(expected);
  }

  private static String text(AssignedWorkload one) {
    WorkloadStatus status = one.getStatus();
    return one.getWorkload().getSpec().getEnv(0).getValue()
        + " "
        + status.getPhase()
        + (status.hasExitCode() && status.getPhase() != Phase.PHASE_RUNNING
            ? " " + status.getExitCode()
            : "");
  }

  /** How a job may have ended: first as it would by itself. */
  private List<String> ends(String name, Wanted.Job job) {
    String mark = wanted.markOf(name, Integer.parseInt(name.substring(1)));
    String own = mark + (job.code() == 0 ? " PHASE_SUCCEEDED 0" : " PHASE_FAILED " + job.code());
    return job.mayBeKilled() ? List.of(own, mark + " PHASE_FAILED " + KILLED) : List.of(own);
  }

  private void instancesAreRight(List<EngineView.Container> now) {
    Set<String> uids =
        both.workloads().stream().map(w -> w.getWorkload().getUid()).collect(Collectors.toSet());
    assertThat(now).as("containers").allMatch(container -> uids.contains(container.uid()));
    assertThat(
            now.stream()
                .filter(EngineView.Container::runs)
                .map(EngineView.Container::workload)
                .sorted())
        .as("running containers")
        .isEqualTo(List.copyOf(wanted.services().keySet()));
    for (Map.Entry<String, Wanted.Job> job : wanted.jobs().entrySet()) {
      if (!job.getValue().mayBeKilled()) {
        assertThat(wanted.runs().resolve(job.getKey())).as("the job's run").exists();
      }
    }
  }

  private void processesAreRight() {
    Map<String, Integer> expected = new HashMap<>();
    wanted.services().forEach((name, version) -> expected.put(wanted.markOf(name, version), 1));
    assertThat(HostProcesses.marked(Wanted.MARK, node + "/")).as("processes").isEqualTo(expected);
  }
}
