package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.Backoff;
import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.PullPolicy;
import dev.tallyman.agent.model.RestartPolicy;
import dev.tallyman.agent.model.RestartPolicy.Mode;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.runtime.InstanceSpec;
import dev.tallyman.runtime.testkit.SpecBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Workloads for tests. */
public final class Workloads {

  private Workloads() {}

  /** A workload of the image {@code app:1} that is restarted whatever happens. */
  public static Workload always(String uid) {
    return of(uid, Mode.ALWAYS, OptionalInt.empty());
  }

  /** A workload of the image {@code app:1} that runs once. */
  public static Workload job(String uid) {
    return of(uid, Mode.NO, OptionalInt.empty());
  }

  /** A workload of the image {@code app:1} that is restarted when it fails. */
  public static Workload onFailure(String uid, int max) {
    return of(uid, Mode.ON_FAILURE, max == 0 ? OptionalInt.empty() : OptionalInt.of(max));
  }

  /** A workload of the image {@code app:1} with this policy. */
  public static Workload of(String uid, Mode mode, OptionalInt max) {
    return with(uid, mode, max, spec -> spec);
  }

  /** The same with a spec of one's own. */
  public static Workload with(
      String uid, Mode mode, OptionalInt max, UnaryOperator<SpecBuilder> spec) {
    return Workload.of(
        1,
        spec.apply(SpecBuilder.spec(uid, "app:1").named("test", uid)).build(),
        PullPolicy.IF_NOT_PRESENT,
        Optional.empty(),
        new RestartPolicy(mode, max, Backoff.DEFAULT));
  }

  /** A service with a spec of one's own. */
  public static Workload always(String uid, UnaryOperator<SpecBuilder> spec) {
    return with(uid, Mode.ALWAYS, OptionalInt.empty(), spec);
  }

  /** The same workload, next generation, with another environment. */
  public static Workload changed(Workload workload) {
    SpecBuilder spec =
        SpecBuilder.spec(workload.uid(), workload.spec().image())
            .named(workload.stack(), workload.name())
            .limits(workload.spec().limits())
            .dependencies(workload.spec().dependencies())
            .env("GENERATION", String.valueOf(workload.generation() + 1));
    return Workload.of(
            workload.generation() + 1,
            spec.build(),
            workload.pullPolicy(),
            workload.runtime(),
            workload.restart())
        .with(workload.dependencies(), workload.update(), workload.probes(), workload.templates());
  }

  /** The same workload, which depends on these of its stack. */
  public static Workload needing(Workload workload, Dependency... dependencies) {
    InstanceSpec spec =
        SpecBuilder.like(workload.spec())
            .dependencies(Stream.of(dependencies).map(Dependency::workload).toList())
            .build();
    return Workload.of(
            workload.generation(),
            spec,
            workload.pullPolicy(),
            workload.runtime(),
            workload.restart())
        .with(List.of(dependencies), workload.update(), workload.probes(), workload.templates());
  }

  /** A dependency that must be good enough, and is not followed. */
  public static Dependency on(String name, Dependency.Condition condition) {
    return new Dependency(name, condition, Dependency.Need.REQUIRED, Dependency.Follow.STAY);
  }

  /** The same workload, bound to a runtime. */
  public static Workload at(String runtime, Workload workload) {
    return new Workload(
        workload.generation(),
        workload.spec(),
        workload.specHash(),
        workload.needs(),
        workload.pullPolicy(),
        Optional.of(runtime),
        workload.restart(),
        workload.dependencies(),
        workload.update(),
        workload.probes(),
        workload.templates(),
        workload.enforcement());
  }
}
