package dev.tallyman.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.LoadRequest;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.compose.translate.TranslateOptions;
import dev.tallyman.compose.translate.Translator;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which workloads a person means by the names on the command line. */
class ChoicesTest {

  private static final Path FOLDER = Path.of("/project");

  private static final Project PROJECT =
      new ComposeLoader()
          .load(
              LoadRequest.of(FOLDER, List.of(Path.of("compose.yaml")))
                  .withSources(
                      Sources.inMemory(
                          Map.of(
                              FOLDER.resolve("compose.yaml"),
                              """
                              name: shop
                              services:
                                db: {image: x}
                                web: {image: x, depends_on: [cache], scale: 2}
                                web-admin: {image: x}
                                cache: {image: x, depends_on: [db]}
                              """))));

  private static final List<Workload> WORKLOADS =
      new Translator().translate(PROJECT, TranslateOptions.ofDisk()).workloads();

  private static List<String> selected(List<String> services, String... present) {
    return ServiceChoice.of(PROJECT, services)
        .select(
            WORKLOADS,
            List.of(present).stream()
                .map(name ->
                    NodeWorkload.newBuilder()
                        .setWorkload(Workload.newBuilder().setName(name))
                        .build())
                .toList())
        .stream()
        .map(Workload::getName)
        .toList();
  }

  @Test
  void aServiceIsAllItsReplicasAndAllThatTheyDependOn() {
    assertThat(selected(List.of("web"))).containsExactlyInAnyOrder("web-1", "web-2", "cache", "db");
    assertThat(selected(List.of())).hasSize(5);
  }

  @Test
  void whatRunsAlreadyStaysAndWhatTheFileNoLongerHasGoes() {
    assertThat(selected(List.of("db"), "web-admin", "gone"))
        .containsExactlyInAnyOrder("db", "web-admin");
  }

  @Test
  void anUnknownServiceIsRefusedWithTheNearestName() {
    assertThatThrownBy(() -> selected(List.of("wep")))
        .hasMessageContaining("wep: no such service")
        .hasMessageContaining("did you mean web?");
  }

  private static NodeWorkload running(String stack, String name) {
    return NodeWorkload.newBuilder()
        .setStatus(
            WorkloadStatus.newBuilder().setUid(stack + "." + name).setStack(stack).setName(name))
        .build();
  }

  private static final List<NodeWorkload> PRESENT =
      List.of(running("shop", "web-1"), running("shop", "db"), running("blog", "db"));

  private static List<String> meant(Optional<String> stack, String... names) {
    LogChoice choice = LogChoice.of(stack, List.of(names), PRESENT);
    return PRESENT.stream()
        .filter(choice::contains)
        .map(workload -> workload.getStatus().getUid())
        .toList();
  }

  @Test
  void logsAreOfAStackAWorkloadAServiceOrAUid() {
    assertThat(meant(Optional.of("shop"))).containsExactly("shop.web-1", "shop.db");
    assertThat(meant(Optional.of("shop"), "web")).containsExactly("shop.web-1");
    assertThat(meant(Optional.of("shop"), "db", "blog/db")).containsExactly("shop.db", "blog.db");
    assertThat(meant(Optional.empty(), "blog.db")).containsExactly("blog.db");
    assertThat(meant(Optional.empty(), "blog")).containsExactly("blog.db");
    assertThatThrownBy(() -> meant(Optional.of("shop"), "cache"))
        .hasMessage("cache: the agent knows no such workload in stack shop");
    assertThatThrownBy(() -> meant(Optional.of("none"))).hasMessage("stack none has no workloads");
  }
}
