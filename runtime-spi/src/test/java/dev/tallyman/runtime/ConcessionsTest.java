package dev.tallyman.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.runtime.Networking.Dns;
import dev.tallyman.runtime.Networking.HostEntry;
import dev.tallyman.runtime.ProcessSpec.Logging;
import dev.tallyman.runtime.ProcessSpec.Trait;
import dev.tallyman.runtime.ProcessSpec.Ulimit;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a spec looks like to an engine that cannot do all of it. */
class ConcessionsTest {

  /** Asks for everything that can be done without. */
  private static final InstanceSpec DEMANDING =
      new InstanceSpec(
          "u1",
          "shop",
          "web",
          Map.of(),
          "busybox",
          List.of(),
          List.of(),
          Map.of(),
          Optional.empty(),
          Optional.of("1000"),
          Isolation.CONTAINER,
          new Limits(500, 64 << 20, 10),
          List.of(),
          Optional.of("SIGINT"),
          Duration.ofSeconds(1),
          Optional.empty(),
          "",
          List.of(),
          Map.of(),
          new Surroundings(
              new Networking(
                  new Networking.Engine(),
                  Optional.of("web"),
                  Optional.of("example.org"),
                  new Dns(List.of("127.0.0.1"), List.of(), List.of()),
                  List.of(
                      new HostEntry("db", "127.0.0.2"),
                      new HostEntry("host", HostEntry.HOST_GATEWAY))),
              List.of(),
              List.of(),
              Security.DEFAULT,
              new ProcessSpec(
                  Set.of(Trait.INIT, Trait.TTY),
                  List.of(new Ulimit("nofile", 1, 2)),
                  Map.of(),
                  List.of(),
                  1 << 20,
                  new ProcessSpec.Own(),
                  new ProcessSpec.Own(),
                  Optional.of(new Logging("local", Map.of())),
                  Optional.empty(),
                  Optional.empty(),
                  Map.of("a", "b")),
              new Tuning(128 << 20, 1 << 20, 2, Optional.of("0"), 5)));

  static Stream<Capability> dispensable() {
    return Stream.of(Capability.values()).filter(Capability::isDispensable);
  }

  static Stream<Capability> indispensable() {
    return Stream.of(Capability.values()).filter(capability -> !capability.isDispensable());
  }

  @ParameterizedTest
  @MethodSource("dispensable")
  void whatCanBeDoneWithoutIsNotNeededAnyMoreAndTheRestStill(Capability capability) {
    assertThat(DEMANDING.needs()).contains(capability);

    Set<Capability> left = DEMANDING.without(Set.of(capability)).needs();

    assertThat(left).doesNotContain(capability);
    EnumSet<Capability> gone = EnumSet.copyOf(DEMANDING.needs());
    gone.removeAll(left);
    assertThat(gone).isSubsetOf(goesWith(capability));
  }

  /** Some are part of another one. */
  private static Set<Capability> goesWith(Capability capability) {
    return capability == Capability.EXTRA_HOSTS
        ? Set.of(capability, Capability.HOST_GATEWAY)
        : capability == Capability.LIMIT_MEMORY
            ? Set.of(capability, Capability.LIMIT_SWAP)
            : Set.of(capability);
  }

  @ParameterizedTest
  @MethodSource("indispensable")
  void nothingElseIsGivenUp(Capability capability) {
    assertThatThrownBy(() -> DEMANDING.without(Set.of(capability)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(capability.word());
  }

  @Test
  void theHashStaysThatOfWhatWasAskedFor() {
    InstanceSpec less = DEMANDING.without(Set.of(Capability.INIT)).without(Set.of(Capability.DNS));

    assertThat(less.specHash()).isEqualTo(DEMANDING.specHash());
    assertThat(less.withLateEnv(Map.of("A", "b")).specHash()).isEqualTo(DEMANDING.specHash());
    assertThat(DEMANDING.without(Set.of())).isSameAs(DEMANDING);
  }
}
