package dev.tallyman.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.Networking.Attachment;
import dev.tallyman.runtime.Security.Grant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the surroundings of a spec mean for its hash and for what it needs. */
class SurroundingsTest {

  private static final NetworkSpec PLAIN = network("shop_default", Set.of(), List.of());
  private static final Attachment ATTACHED = attachment(PLAIN, List.of("db"));
  private static final VolumeSpec DATA =
      new VolumeSpec("shop_data", Ownership.STACK, Optional.empty(), Map.of(), Map.of());
  private static final Mount BIND =
      new Mount(
          "/data",
          Mount.Access.READ_WRITE,
          new Mount.Bind(
              "/srv", Mount.Missing.REFUSE, Optional.empty(), Mount.SelinuxLabel.UNCHANGED));
  private static final HostFile SECRET = file("/run/secrets/key", "s3cret", 0400);

  /** Each differs from all others in one thing that a new instance is needed for. */
  private static final List<Surroundings> DIFFERENT =
      List.of(
          Surroundings.DEFAULT,
          around(mode(new Networking.None())),
          around(mode(new Networking.Host())),
          around(mode(new Networking.SharedWith("db"))),
          around(mode(new Networking.SharedWith("web"))),
          around(mode(new Networking.Attached(List.of(ATTACHED)))),
          around(mode(attached(attachment(PLAIN, List.of())))),
          around(mode(attached(attachment(network("other", Set.of(), List.of()), List.of("db"))))),
          around(
              mode(
                  attached(
                      attachment(
                          network("shop_default", Set.of(NetworkSpec.Trait.INTERNAL), List.of()),
                          List.of("db"))))),
          around(
              mode(
                  attached(
                      attachment(
                          network(
                              "shop_default",
                              Set.of(),
                              List.of(
                                  new NetworkSpec.Subnet(
                                      "10.9.0.0/24", Optional.empty(), Optional.empty()))),
                          List.of("db"))))),
          around(mode(attached(ATTACHED, attachment(PLAIN, List.of("db"))))),
          around(BIND),
          around(new Mount("/data", Mount.Access.READ_ONLY, BIND.source())),
          around(new Mount("/other", Mount.Access.READ_WRITE, BIND.source())),
          around(named(Optional.of(DATA))),
          around(named(Optional.empty())),
          around(new Mount("/data", Mount.Access.READ_WRITE, new Mount.Tmpfs(0, 0, List.of()))),
          around(
              new Mount(
                  "/data", Mount.Access.READ_WRITE, new Mount.Tmpfs(0, 0, List.of("noexec")))),
          around(SECRET),
          around(file("/run/secrets/key", "s3creT", 0400)),
          around(file("/run/secrets/key", "s3cret", 0440)),
          around(security(Set.of(Grant.PRIVILEGED), Set.of(), Set.of())),
          around(security(Set.of(Grant.NO_NEW_PRIVILEGES), Set.of(), Set.of())),
          around(security(Set.of(), Set.of("NET_ADMIN"), Set.of())),
          around(security(Set.of(), Set.of(), Set.of("NET_ADMIN"))),
          around(process(Set.of(ProcessSpec.Trait.INIT), Map.of(), new ProcessSpec.Own())),
          around(process(Set.of(), Map.of("net.core.somaxconn", "7"), new ProcessSpec.Own())),
          around(process(Set.of(), Map.of(), new ProcessSpec.OfHost())),
          around(process(Set.of(), Map.of(), new ProcessSpec.OfWorkload("db"))),
          around(process(Set.of(), Map.of(), new ProcessSpec.Named("private"))),
          around(new Tuning(1, 0, 0, Optional.empty(), 0)),
          around(new Tuning(0, 1, 0, Optional.empty(), 0)),
          around(new Tuning(0, 0, 1, Optional.empty(), 0)),
          around(new Tuning(0, 0, 0, Optional.of("0"), 0)),
          around(new Tuning(0, 0, 0, Optional.empty(), 1)));

  @Test
  void allThatNeedsANewInstanceIsToldApart() {
    assertThat(DIFFERENT.stream().map(around -> spec(around).specHash())).doesNotHaveDuplicates();
  }

  /** Another value here would replace instances at an upgrade of the agent. */
  @Test
  void theHashOfSurroundingsIsWhatItHasAlwaysBeen() {
    Surroundings many =
        new Surroundings(
            mode(attached(ATTACHED)),
            List.of(
                BIND,
                new Mount("/volume", Mount.Access.READ_ONLY, named(Optional.of(DATA)).source())),
            List.of(SECRET),
            security(Set.of(Grant.NO_NEW_PRIVILEGES, Grant.READ_ONLY_ROOT), Set.of(), Set.of()),
            process(
                Set.of(ProcessSpec.Trait.INIT, ProcessSpec.Trait.TTY),
                Map.of(),
                new ProcessSpec.Own()),
            new Tuning(-1, 2, 3, Optional.of("0-1"), 5));

    assertThat(spec(many).specHash()).isEqualTo("896e489a6dcb4af9cc32619ea627a169");
  }

  @Test
  void theOrderOfWhatHasNoneDoesNotCount() {
    List<String> names = List.of("A", "B", "C", "D", "E");
    List<String> reversed = new ArrayList<>(names);
    Collections.reverse(reversed);

    assertThat(spec(names).specHash()).isEqualTo(spec(reversed).specHash());
    assertThat(spec(around(BIND, SECRET, "/a", "/b")).specHash())
        .isEqualTo(spec(around(BIND, SECRET, "/b", "/a")).specHash());
  }

  @Test
  void lateVariablesAndTheFeedDoNotCount() {
    InstanceSpec early = spec(Surroundings.DEFAULT);

    assertThat(early.withLateEnv(Map.of("DB", "10.0.0.1")).specHash()).isEqualTo(early.specHash());
    assertThat(early.withLateEnv(Map.of("DB", "10.0.0.1")).effectiveEnv())
        .containsEntry("DB", "10.0.0.1");
  }

  @Test
  void theContentOfAFileIsNotShown() {
    assertThat(SECRET.toString()).doesNotContain("s3cret").contains("6 bytes");
    assertThat(spec(around(SECRET)).toString()).doesNotContain("s3cret");
  }

  @Test
  void whatSurroundsNeedsItsCapability() {
    assertThat(spec(Surroundings.DEFAULT).needs()).containsExactly(Capability.ISOLATION_CONTAINER);
    assertThat(needs(around(mode(attached(ATTACHED))))).containsExactly(Capability.NETWORKS);
    assertThat(
            needs(
                around(
                    mode(
                        attached(
                            attachment(
                                network("n", Set.of(NetworkSpec.Trait.values()), List.of()),
                                List.of()))))))
        .containsExactlyInAnyOrder(
            Capability.NETWORKS, Capability.NETWORK_INTERNAL, Capability.NETWORK_IPV6);
    assertThat(needs(around(mode(new Networking.SharedWith("db")))))
        .containsExactly(Capability.NETWORK_SHARED);
    assertThat(needs(around(BIND))).containsExactly(Capability.MOUNT_BIND);
    assertThat(needs(around(named(Optional.empty())))).containsExactly(Capability.VOLUMES);
    assertThat(needs(around(SECRET))).containsExactly(Capability.FILES);
    assertThat(needs(around(security(Set.of(Grant.values()), Set.of("A"), Set.of()))))
        .containsExactlyInAnyOrder(
            Capability.PRIVILEGED,
            Capability.NO_NEW_PRIVILEGES,
            Capability.READ_ONLY_ROOT,
            Capability.KERNEL_CAPABILITIES);
    assertThat(needs(around(new Tuning(-1, 1, 1, Optional.of("0"), -1))))
        .containsExactlyInAnyOrder(
            Capability.LIMIT_SWAP,
            Capability.LIMIT_MEMORY_RESERVATION,
            Capability.LIMIT_CPU_SHARES,
            Capability.LIMIT_CPUSET,
            Capability.LIMIT_OOM_SCORE);
  }

  private static Stream<Capability> needs(Surroundings around) {
    return spec(around).needs().stream().filter(need -> need != Capability.ISOLATION_CONTAINER);
  }

  private static InstanceSpec spec(Surroundings around) {
    return spec(around, List.of());
  }

  private static InstanceSpec spec(List<String> names) {
    return spec(around(security(Set.of(), Set.copyOf(names), Set.copyOf(names))), names);
  }

  private static InstanceSpec spec(Surroundings around, List<String> dependencies) {
    return new InstanceSpec(
        "u1",
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
        Duration.ofSeconds(10),
        Optional.empty(),
        "feed",
        dependencies,
        Map.of(),
        around);
  }

  private static Networking mode(Networking.Mode mode) {
    return new Networking(
        mode, Optional.empty(), Optional.empty(), Networking.Dns.DEFAULT, List.of());
  }

  private static Networking.Attached attached(Attachment... attachments) {
    return new Networking.Attached(List.of(attachments));
  }

  private static Attachment attachment(NetworkSpec network, List<String> aliases) {
    return new Attachment(network, aliases, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static NetworkSpec network(
      String name, Set<NetworkSpec.Trait> traits, List<NetworkSpec.Subnet> subnets) {
    return new NetworkSpec(
        name, Ownership.STACK, Optional.empty(), Map.of(), traits, subnets, Map.of());
  }

  private static Mount named(Optional<VolumeSpec> volume) {
    return new Mount(
        "/data",
        Mount.Access.READ_WRITE,
        new Mount.Named(volume, Mount.Copy.FROM_IMAGE, Optional.empty()));
  }

  private static HostFile file(String target, String content, int mode) {
    return new HostFile(
        target, new HostFile.Content(content.getBytes(StandardCharsets.UTF_8)), mode, 0, 0);
  }

  private static Security security(Set<Grant> grants, Set<String> add, Set<String> drop) {
    return new Security(
        grants,
        add,
        drop,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  private static ProcessSpec process(
      Set<ProcessSpec.Trait> traits, Map<String, String> sysctls, ProcessSpec.Namespace pid) {
    return new ProcessSpec(
        traits,
        List.of(),
        sysctls,
        List.of(),
        0,
        pid,
        new ProcessSpec.Own(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  private static Surroundings around(Networking networking) {
    return new Surroundings(
        networking, List.of(), List.of(), Security.DEFAULT, ProcessSpec.DEFAULT, Tuning.DEFAULT);
  }

  private static Surroundings around(Mount mount) {
    return new Surroundings(
        Networking.DEFAULT,
        List.of(mount),
        List.of(),
        Security.DEFAULT,
        ProcessSpec.DEFAULT,
        Tuning.DEFAULT);
  }

  private static Surroundings around(Mount mount, HostFile file, String... targets) {
    return new Surroundings(
        Networking.DEFAULT,
        Stream.of(targets)
            .map(target -> new Mount(target, mount.access(), mount.source()))
            .toList(),
        Stream.of(targets)
            .map(target -> new HostFile(target, file.content(), file.mode(), 0, 0))
            .toList(),
        Security.DEFAULT,
        ProcessSpec.DEFAULT,
        Tuning.DEFAULT);
  }

  private static Surroundings around(HostFile file) {
    return new Surroundings(
        Networking.DEFAULT,
        List.of(),
        List.of(file),
        Security.DEFAULT,
        ProcessSpec.DEFAULT,
        Tuning.DEFAULT);
  }

  private static Surroundings around(Security security) {
    return new Surroundings(
        Networking.DEFAULT, List.of(), List.of(), security, ProcessSpec.DEFAULT, Tuning.DEFAULT);
  }

  private static Surroundings around(ProcessSpec process) {
    return new Surroundings(
        Networking.DEFAULT, List.of(), List.of(), Security.DEFAULT, process, Tuning.DEFAULT);
  }

  private static Surroundings around(Tuning tuning) {
    return new Surroundings(
        Networking.DEFAULT, List.of(), List.of(), Security.DEFAULT, ProcessSpec.DEFAULT, tuning);
  }
}
