package dev.tallyman.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.PortBinding.Protocol;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InstanceSpecTest {

  private static final Parts FULL =
      new Parts(
          "shop",
          "web",
          Map.of("tier", "front", "team", "deck"),
          "registry.example/shop/web:1.2",
          List.of("/bin/web"),
          List.of("--port", "80"),
          Map.of("A", "1", "B", "Grüße\n世界"),
          Optional.of("/srv"),
          Optional.of("1000:1000"),
          Isolation.SANDBOX,
          new Limits(1500, 64L << 20, 100),
          List.of(new PortBinding(80, 8080, "127.0.0.1", Protocol.TCP)),
          Optional.of("SIGINT"),
          Duration.ofSeconds(10));

  private static final Parts BARE =
      new Parts(
          "shop",
          "web",
          Map.of(),
          "registry.example/shop/web:1.2",
          List.of(),
          List.of(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Isolation.CONTAINER,
          Limits.NONE,
          List.of(),
          Optional.empty(),
          Duration.ofSeconds(10));

  /** Another value here would replace every instance at an upgrade of the agent. */
  @Test
  void theHashIsWhatItHasAlwaysBeen() {
    assertThat(FULL.spec("u1").specHash()).isEqualTo("460d47b8edef235abc92296edec845d7");
    assertThat(BARE.spec("u1").specHash()).isEqualTo("8fd2b05ad530b7c164fcbfac92d17c0f");
  }

  static Stream<Change> changesThatNeedANewInstance() {
    return Stream.of(
        change("image", p -> p.image("registry.example/shop/web:1.3")),
        change("command", p -> p.command(List.of("/bin/other"))),
        change("no command", p -> p.command(List.of())),
        change("args", p -> p.args(List.of("--port", "81"))),
        change("args split otherwise", p -> p.args(List.of("--port80"))),
        change("order of args", p -> p.args(List.of("80", "--port"))),
        change(
            "args that were the command's",
            p -> p.command(List.of("/bin/web", "--port")).args(List.of("80"))),
        change("env value", p -> p.env(Map.of("A", "2", "B", "Grüße\n世界"))),
        change("env name", p -> p.env(Map.of("C", "1", "B", "Grüße\n世界"))),
        change("less env", p -> p.env(Map.of("A", "1"))),
        change("env that was a label", p -> p.env(Map.of()).labels(FULL.env())),
        change("label value", p -> p.labels(Map.of("tier", "back", "team", "deck"))),
        change("less labels", p -> p.labels(Map.of("tier", "front"))),
        change("working directory", p -> p.workingDir(Optional.of("/"))),
        change("no working directory", p -> p.workingDir(Optional.empty())),
        change("user", p -> p.user(Optional.of("1000"))),
        change(
            "user that was the working directory",
            p -> p.workingDir(FULL.user()).user(FULL.workingDir())),
        change("isolation", p -> p.isolation(Isolation.MICROVM)),
        change("cpu", p -> p.limits(new Limits(1501, 64L << 20, 100))),
        change("memory", p -> p.limits(new Limits(1500, 65L << 20, 100))),
        change("pids", p -> p.limits(new Limits(1500, 64L << 20, 101))),
        change("no ports", p -> p.ports(List.of())),
        change("container port", p -> p.ports(List.of(port(81, 8080, "127.0.0.1")))),
        change("host port", p -> p.ports(List.of(port(80, 8081, "127.0.0.1")))),
        change("host address", p -> p.ports(List.of(port(80, 8080, "0.0.0.0")))),
        change(
            "protocol",
            p -> p.ports(List.of(new PortBinding(80, 8080, "127.0.0.1", Protocol.UDP)))),
        change("stop signal", p -> p.stopSignal(Optional.of("SIGTERM"))),
        change("no stop signal", p -> p.stopSignal(Optional.empty())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changesThatNeedANewInstance")
  void theHashTellsApartWhatNeedsANewInstance(Change change) {
    assertThat(change.how().apply(FULL).spec("u1").specHash())
        .isNotEqualTo(FULL.spec("u1").specHash());
  }

  @Test
  void eachOfTheseChangesHasAHashOfItsOwn() {
    List<String> hashes =
        changesThatNeedANewInstance()
            .map(change -> change.how().apply(FULL).spec("u1").specHash())
            .toList();

    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void theHashDoesNotCountWhatCanChangeInPlace() {
    String hash = FULL.spec("u1").specHash();

    assertThat(FULL.stopGrace(Duration.ofHours(1)).spec("u1").specHash()).isEqualTo(hash);
    assertThat(FULL.spec("another").specHash()).isEqualTo(hash);
    assertThat(FULL.named("bar", "sink").spec("u1").specHash()).isEqualTo(hash);
  }

  @Test
  void theHashDoesNotCountTheOrderOfMaps() {
    Parts forwards = FULL.env(ordered("A", "B", "C")).labels(ordered("x", "y"));
    Parts backwards = FULL.env(ordered("C", "B", "A")).labels(ordered("y", "x"));

    assertThat(backwards.spec("u1").specHash()).isEqualTo(forwards.spec("u1").specHash());
  }

  @Test
  void theNameTellsWhatItIsAndIsTheSameEachTime() {
    assertThat(FULL.spec("u1").instanceName()).isEqualTo("shop-web-bb82030d");
    assertThat(BARE.spec("u1").instanceName()).isEqualTo(FULL.spec("u1").instanceName());
  }

  @Test
  void workloadsOfOneNameHaveInstancesOfDifferentNames() {
    Set<String> names = new HashSet<>();
    IntStream.range(0, 5000).forEach(i -> names.add(FULL.spec("uid-" + i).instanceName()));

    assertThat(names).hasSize(5000);
  }

  @Test
  void theNameIsAHostNameHoweverLongItsPartsAre() {
    String longest = "a".repeat(63);
    InstanceSpec one = FULL.named(longest, longest).spec("u1");
    InstanceSpec other = FULL.named(longest, longest).spec("u2");

    assertThat(one.instanceName()).hasSize(63).startsWith("aaaa").matches("[a-z0-9-]+");
    assertThat(one.instanceName()).isNotEqualTo(other.instanceName());
    assertThat(FULL.named("a".repeat(40), "b".repeat(13)).spec("u1").instanceName()).hasSize(63);
    assertThat(FULL.named("a".repeat(40), "b".repeat(12)).spec("u1").instanceName()).hasSize(62);
  }

  @Test
  void whatASpecNeedsFollowsFromWhatItAsksFor() {
    assertThat(BARE.spec("u1").needs()).containsExactly(Capability.ISOLATION_CONTAINER);
    assertThat(BARE.isolation(Isolation.MICROVM).spec("u1").needs())
        .containsExactly(Capability.ISOLATION_MICROVM);
    assertThat(BARE.limits(new Limits(1, 0, 0)).spec("u1").needs())
        .containsExactlyInAnyOrder(Capability.ISOLATION_CONTAINER, Capability.LIMIT_CPU);
    assertThat(BARE.limits(new Limits(0, 1, 0)).spec("u1").needs())
        .containsExactlyInAnyOrder(Capability.ISOLATION_CONTAINER, Capability.LIMIT_MEMORY);
    assertThat(BARE.limits(new Limits(0, 0, 1)).spec("u1").needs())
        .containsExactlyInAnyOrder(Capability.ISOLATION_CONTAINER, Capability.LIMIT_PIDS);
    assertThat(FULL.spec("u1").needs())
        .containsExactlyInAnyOrder(
            Capability.ISOLATION_SANDBOX,
            Capability.LIMIT_CPU,
            Capability.LIMIT_MEMORY,
            Capability.LIMIT_PIDS,
            Capability.PORTS,
            Capability.STOP_SIGNAL,
            Capability.USER);
  }

  @Test
  void eachCapabilityHasAWordOfItsOwn() {
    assertThat(Stream.of(Capability.values()).map(Capability::word))
        .doesNotHaveDuplicates()
        .allMatch(word -> word.matches("[a-z]+([/-][a-z0-9]+)*"));
  }

  @Test
  void aSpecDoesNotChangeWithTheCollectionsItWasMadeFrom() {
    Map<String, String> env = new LinkedHashMap<>(Map.of("A", "1"));
    InstanceSpec spec = FULL.env(env).spec("u1");
    env.put("B", "2");

    assertThat(spec.env()).containsOnlyKeys("A");
  }

  private static Change change(String what, UnaryOperator<Parts> how) {
    return new Change(what, how);
  }

  private static PortBinding port(int containerPort, int hostPort, String hostIp) {
    return new PortBinding(containerPort, hostPort, hostIp, Protocol.TCP);
  }

  private static Map<String, String> ordered(String... keys) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String key : keys) {
      map.put(key, "value of " + key);
    }
    return Collections.unmodifiableMap(map);
  }

  /** One difference between two specs. */
  record Change(String what, UnaryOperator<Parts> how) {
    @Override
    public String toString() {
      return what;
    }
  }

  /** The parts of a spec, each of which can be replaced. */
  record Parts(
      String stack,
      String workload,
      Map<String, String> labels,
      String image,
      List<String> command,
      List<String> args,
      Map<String, String> env,
      Optional<String> workingDir,
      Optional<String> user,
      Isolation isolation,
      Limits limits,
      List<PortBinding> ports,
      Optional<String> stopSignal,
      Duration stopGrace) {

    Parts labels(Map<String, String> value) {
      return new Parts(
          stack,
          workload,
          value,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts image(String value) {
      return new Parts(
          stack,
          workload,
          labels,
          value,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts command(List<String> value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          value,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts args(List<String> value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          value,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts env(Map<String, String> value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          value,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts workingDir(Optional<String> value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          value,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts user(Optional<String> value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          value,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts isolation(Isolation value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          value,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts limits(Limits value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          value,
          ports,
          stopSignal,
          stopGrace);
    }

    Parts ports(List<PortBinding> value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          value,
          stopSignal,
          stopGrace);
    }

    Parts stopSignal(Optional<String> value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          value,
          stopGrace);
    }

    Parts stopGrace(Duration value) {
      return new Parts(
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          value);
    }

    Parts named(String newStack, String newWorkload) {
      return new Parts(
          newStack,
          newWorkload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace);
    }

    InstanceSpec spec(String uid) {
      return new InstanceSpec(
          uid,
          stack,
          workload,
          labels,
          image,
          command,
          args,
          env,
          workingDir,
          user,
          isolation,
          limits,
          ports,
          stopSignal,
          stopGrace,
          Optional.empty(),
          "",
          List.of(),
          Map.of(),
          Surroundings.DEFAULT);
    }
  }
}
