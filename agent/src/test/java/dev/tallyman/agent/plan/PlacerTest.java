package dev.tallyman.agent.plan;

import static dev.tallyman.agent.plan.Placer.Memory.INTACT;
import static dev.tallyman.agent.plan.Placer.Memory.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.loop.Workloads;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.RuntimeView.Reach;
import dev.tallyman.runtime.Capability;
import dev.tallyman.runtime.Isolation;
import dev.tallyman.runtime.Limits;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacerTest {

  private static final Set<Capability> PLAIN =
      EnumSet.complementOf(EnumSet.of(Capability.ISOLATION_SANDBOX, Capability.ISOLATION_MICROVM));

  private static RuntimeView view(String name, Reach reach, Set<Capability> capabilities) {
    return new RuntimeView(
        name,
        reach,
        Optional.of(
            new RuntimeInfo("docker", "1", "1.41", "linux", "amd64", 2, 1 << 30, capabilities)),
        "");
  }

  private final Workload plain = Workloads.always("u1");
  private final Workload sandboxed =
      Workloads.always("u1", spec -> spec.isolation(Isolation.SANDBOX));

  @Test
  void prefersTheFirstThatCan() {
    assertThat(
            Placer.place(
                plain,
                Optional.empty(),
                Optional.empty(),
                List.of(view("a", Reach.LISTED, PLAIN), view("b", Reach.LISTED, PLAIN)),
                INTACT))
        .isEqualTo(new Placement.On("a"));
  }

  @Test
  void skipsOneThatLacksWhatIsNeeded() {
    Set<Capability> all = EnumSet.allOf(Capability.class);
    assertThat(
            Placer.place(
                sandboxed,
                Optional.empty(),
                Optional.empty(),
                List.of(view("a", Reach.LISTED, PLAIN), view("b", Reach.LISTED, all)),
                INTACT))
        .isEqualTo(new Placement.On("b"));
  }

  @Test
  void namesWhatEachRuntimeLacks() {
    Placement placement =
        Placer.place(
            sandboxed,
            Optional.empty(),
            Optional.empty(),
            List.of(view("a", Reach.LISTED, PLAIN)),
            INTACT);

    assertThat(placement)
        .isEqualTo(
            new Placement.Refused("MissingCapability", "runtime a lacks isolation/sandbox."));
  }

  @Test
  void oneThatOnlyWarnsRunsWithoutWhatCanBeDoneWithout() {
    Workload bounded =
        Workloads.always("u1", spec -> spec.limits(new Limits(0, 0, 10)))
            .enforcing(Workload.Enforcement.WARN);
    Set<Capability> bare = EnumSet.of(Capability.ISOLATION_CONTAINER);
    Set<Capability> all = EnumSet.allOf(Capability.class);

    assertThat(place(bounded, List.of(view("a", Reach.LISTED, bare))))
        .isEqualTo(new Placement.On("a", Set.of(Capability.LIMIT_PIDS)));
    assertThat(place(bounded, List.of(view("a", Reach.LISTED, bare), view("b", Reach.LISTED, all))))
        .as("better one that can do all")
        .isEqualTo(new Placement.On("b"));
    assertThat(
            place(
                sandboxed.enforcing(Workload.Enforcement.WARN),
                List.of(view("a", Reach.LISTED, PLAIN))))
        .as("what separates it from the host is never given up")
        .isInstanceOf(Placement.Refused.class);
  }

  private static Placement place(Workload workload, List<RuntimeView> runtimes) {
    return Placer.place(workload, Optional.empty(), Optional.empty(), runtimes, INTACT);
  }

  @Test
  void goesBackToWhereItWas() {
    assertThat(
            Placer.place(
                plain,
                Optional.of(History.begin("h").placedOn("b")),
                Optional.empty(),
                List.of(view("a", Reach.LISTED, PLAIN), view("b", Reach.LISTED, PLAIN)),
                NONE))
        .isEqualTo(new Placement.On("b"));
  }

  @Test
  void waitsForTheRuntimeWhereItWas() {
    assertThat(
            Placer.place(
                plain,
                Optional.of(History.begin("h").placedOn("b")),
                Optional.empty(),
                List.of(view("a", Reach.LISTED, PLAIN), view("b", Reach.LOST, PLAIN)),
                INTACT))
        .isInstanceOf(Placement.NotYet.class);
  }

  @Test
  void withoutMemoryWaitsUntilEachRuntimeWasSeen() {
    List<RuntimeView> runtimes =
        List.of(view("a", Reach.LISTED, PLAIN), view("b", Reach.NOT_LISTED, PLAIN));

    assertThat(Placer.place(plain, Optional.empty(), Optional.empty(), runtimes, NONE))
        .isInstanceOf(Placement.NotYet.class);
    assertThat(Placer.place(plain, Optional.empty(), Optional.empty(), runtimes, INTACT))
        .isEqualTo(new Placement.On("a"));
  }

  @Test
  void withoutAnyRuntimeWaits() {
    assertThat(Placer.place(plain, Optional.empty(), Optional.empty(), List.of(), INTACT))
        .isEqualTo(
            new Placement.NotYet("NoRuntime", "This node has found no container engine yet."));
  }
}
