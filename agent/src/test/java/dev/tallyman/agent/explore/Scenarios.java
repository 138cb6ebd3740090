package dev.tallyman.agent.explore;

import dev.tallyman.agent.explore.Scenario.Want;
import dev.tallyman.agent.loop.Workloads;
import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Dependency.Condition;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.UpdatePolicy;
import dev.tallyman.agent.model.UpdatePolicy.OnFailure;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The small worlds that are walked. */
final class Scenarios {

  /** Waits are due or not due; nothing runs so long that it is forgiven. */
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofDays(1000));

  private static final List<String> ONE_ENGINE = List.of("docker");
  private static final List<String> TWO_ENGINES = List.of("docker", "podman");

  private Scenarios() {}

  static Scenario service() {
    Workload web = workload("web", Mode.ALWAYS);
    return new Scenario(
        "a service that is changed and removed",
        ONE_ENGINE,
        List.of(wanted(web), changed(Workloads.changed(web)), unwanted("web")),
        Map.of(),
        1);
  }

  static Scenario job() {
    Workload job = workload("job", Mode.NO);
    return new Scenario(
        "a job that ends and is removed",
        ONE_ENGINE,
        List.of(wanted(job), unwanted("job")),
        Map.of("job", List.of(0)),
        2);
  }

  static Scenario changedJob() {
    Workload job = workload("job", Mode.NO);
    return new Scenario(
        "a job that is changed and runs once more",
        ONE_ENGINE,
        List.of(wanted(job), changed(Workloads.changed(job))),
        Map.of("job", List.of(0, 0)),
        1);
  }

  static Scenario retriedJob() {
    return new Scenario(
        "a job that fails once and is tried again",
        ONE_ENGINE,
        List.of(wanted(workload("job", Mode.ON_FAILURE)), unwanted("job")),
        Map.of("job", List.of(1, 0)),
        1);
  }

  static Scenario pair() {
    return new Scenario(
        "a service that needs another one, removed together",
        ONE_ENGINE,
        List.of(
            wanted(workload("db", Mode.ALWAYS), needing("web", "db", Condition.HEALTHY)),
            unwanted("db", "web")),
        Map.of(),
        1);
  }

  static Scenario migration() {
    return new Scenario(
        "a service that needs a job's end",
        ONE_ENGINE,
        List.of(
            wanted(workload("init", Mode.NO), needing("web", "init", Condition.COMPLETED)),
            unwanted("init", "web")),
        Map.of("init", List.of(0)),
        1);
  }

  static Scenario sidecar() {
    return new Scenario(
        "a job with a sidecar, removed together",
        ONE_ENGINE,
        List.of(
            wanted(
                workload("proxy", Mode.WHILE_NEEDED),
                needing(workload("job", Mode.NO), "proxy", Condition.STARTED)),
            unwanted("proxy", "job")),
        Map.of("job", List.of(0)),
        1);
  }

  static Scenario succession() {
    return new Scenario(
        "a service whose next one starts first",
        ONE_ENGINE,
        List.of(wanted(version("web.1")), inPlaceOf("web.1", version("web.2"))),
        Map.of(),
        1);
  }

  static Scenario drain() {
    return new Scenario(
        "a drained node with a service that needs another one",
        ONE_ENGINE,
        List.of(
            wanted(workload("db", Mode.ALWAYS), needing("web", "db", Condition.STARTED)),
            new Want.Drain()),
        Map.of(),
        1);
  }

  static Scenario twoEngines() {
    return new Scenario(
        "a service on a node with two engines",
        TWO_ENGINES,
        List.of(wanted(workload("web", Mode.ALWAYS)), unwanted("web")),
        Map.of(),
        1);
  }

  static Scenario jobOnTwoEngines() {
    return new Scenario(
        "a job on a node with two engines",
        TWO_ENGINES,
        List.of(wanted(workload("job", Mode.NO))),
        Map.of("job", List.of(0)),
        2);
  }

  private static Workload workload(String uid, Mode mode) {
    return Workload.of(
        1,
        SpecBuilder.spec(uid, "app:1").named("test", uid).feed(World.FEED).build(),
        PullPolicy.IF_NOT_PRESENT,
        Optional.empty(),
        new RestartPolicy(mode, OptionalInt.empty(), BACKOFF));
  }

  /** One of those that come one after the other under the same name. */
  private static Workload version(String uid) {
    Workload plain =
        Workloads.always(
            uid, spec -> spec.named("test", "web").feed(World.FEED).env("VERSION", uid));
    return plain.with(
        plain.dependencies(),
        new UpdatePolicy(Order.START_FIRST, OnFailure.KEEP, Duration.ofDays(1000)),
        plain.probes(),
        plain.templates());
  }

  private static Workload needing(String uid, String other, Condition condition) {
    return needing(workload(uid, Mode.ALWAYS), other, condition);
  }

  private static Workload needing(Workload workload, String other, Condition condition) {
    return Workloads.needing(
        workload,
        new Dependency(other, condition, Dependency.Need.REQUIRED, Dependency.Follow.STAY));
  }

  private static Want wanted(Workload... workloads) {
    List<Workload> all = List.of(workloads);
    return new Want.Change(
        "the control plane wants " + all.stream().map(Workload::uid).toList(), all, Set.of());
  }

  private static Want changed(Workload workload) {
    return new Want.Change(
        "the control plane changes " + workload.uid(), List.of(workload), Set.of());
  }

  private static Want inPlaceOf(String former, Workload next) {
    return new Want.Change(
        "the control plane wants " + next.uid() + " in place of " + former,
        List.of(next),
        Set.of(former));
  }

  private static Want unwanted(String... uids) {
    return new Want.Change(
        "the control plane wants " + List.of(uids) + " no more", List.of(), Set.of(uids));
  }

  static Scenario family() {
    return new Scenario(
        "three services, each of which needs the one before, removed together",
        ONE_ENGINE,
        List.of(
            wanted(
                workload("a", Mode.ALWAYS),
                needing("b", "a", Condition.STARTED),
                needing("c", "b", Condition.STARTED)),
            unwanted("a", "b", "c")),
        Map.of(),
        1);
  }

  static Scenario follower() {
    Workload db = workload("db", Mode.ALWAYS);
    return new Scenario(
        "a service that is restarted with the one that it needs",
        ONE_ENGINE,
        List.of(
            wanted(
                db,
                Workloads.needing(
                    workload("web", Mode.ALWAYS),
                    new Dependency(
                        "db",
                        Condition.STARTED,
                        Dependency.Need.REQUIRED,
                        Dependency.Follow.RESTART))),
            changed(Workloads.changed(db))),
        Map.of(),
        1);
  }

  /** The longest first, so that two threads are done with them sooner. */
  static List<Scenario> all() {
    return List.of(
        drain(),
        job(),
        service(),
        pair(),
        migration(),
        jobOnTwoEngines(),
        follower(),
        sidecar(),
        succession(),
        family(),
        retriedJob(),
        changedJob(),
        twoEngines());
  }
}
