package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectTest {

  private static final String THREE =
      """
      services:
        web: {image: i, depends_on: {tool: {condition: service_healthy, required: false}}}
        tool: {image: i, profiles: [ops]}
        job: {image: i, profiles: [ops, nightly], depends_on: [tool]}
      """;

  @Test
  void servicesWithAProfileTakePartWhenOneIsActive() {
    assertThat(Trial.of(THREE).at("/services/tool")).isEqualTo("null");
    assertThat(Trial.of(THREE).profile("ops").at("/services/job/image")).isEqualTo("\"i\"");
    assertThat(Trial.of(THREE).profile("*").at("/services/tool/image")).isEqualTo("\"i\"");
    assertThat(Trial.of(THREE).ofWeb("depends_on/tool/required")).isEqualTo("false");
    assertThat(Trial.of(THREE).profile("nightly").faults())
        .containsExactly(
            "compose.yaml:4:58: services.job: needs the service tool, which is disabled (activate"
                + " one of its profiles: ops)");
  }

  @Test
  void disabledServicesAreNotCheckedForWhatTheyName() {
    assertThat(
            Trial.of("services: {a: {image: i, profiles: [p], volumes: ['no:/x'], networks: [no]}}")
                .faults())
        .isEmpty();
  }

  @Test
  void linksNamespacesAndVolumesOfOthersAreDependencies() {
    Trial trial =
        Trial.of(
            """
            services:
              web: {image: i, links: ['a:x'], network_mode: 'service:b', ipc: 'service:c', volumes_from: ['d:ro', 'container:e']}
              a: {image: i}
              b: {image: i}
              c: {image: i}
              d: {image: i}
            """);
    assertThat(trial.ofWeb("depends_on/a"))
        .isEqualTo("{\"condition\":\"service_started\",\"required\":true,\"restart\":true}");
    assertThat(trial.ofWeb("depends_on/b/restart")).isEqualTo("true");
    assertThat(trial.ofWeb("depends_on/c/restart")).isEqualTo("true");
    assertThat(trial.ofWeb("depends_on/d/restart")).isEqualTo("false");
    assertThat(trial.ofWeb("depends_on/e")).isEqualTo("null");
    assertThat(trial.ofWeb("networks")).isEqualTo("null");
  }

  @Test
  void circlesOfDependenciesAreSpelledOutWithoutTheTailThatLeadsThere() {
    assertThat(
            Trial.of(
                    """
                    services:
                      tail: {image: i, depends_on: [a]}
                      a: {image: i, depends_on: [b]}
                      b: {image: i, links: [c]}
                      c: {image: i, network_mode: 'service:a'}
                      self: {image: i, depends_on: [self]}
                    """)
                .faults())
        .containsExactly(
            "compose.yaml:5:31: services wait for each other in a circle: a -> b -> c -> a",
            "compose.yaml:6:33: services wait for each other in a circle: self -> self");
  }

  @Test
  void whatIsNotDefinedIsNamedWithANearName() {
    Trial trial =
        Trial.of(
            """
            services:
              web:
                image: i
                depends_on: [dbb]
                networks: [bakc]
                volumes: ['dato:/d']
                secrets: [keys]
                configs: [{source: conf}]
              db: {image: i}
            networks: {back: }
            volumes: {data: }
            secrets: {key: {file: k}}
            """);
    assertThat(trial.faults())
        .containsExactly(
            "compose.yaml:4:18: services.web: the service dbb is not defined; did you mean db?",
            "compose.yaml:5:16: services.web: the network bakc is not defined; did you mean back?",
            "compose.yaml:6:15: services.web: the volume dato is not defined; did you mean data?",
            "compose.yaml:7:15: services.web: the secret keys is not defined; did you mean key?",
            "compose.yaml:8:24: services.web: the configuration conf is not defined");
  }

  @Test
  void resourcesAreNamedAfterTheProjectUnlessTheyHaveAName() {
    Trial trial =
        Trial.of(
            """
            services: {a: {image: i, networks: [n]}}
            networks: {n: , out: {external: true}, old: {external: {name: legacy}}}
            volumes: {v: , w: {name: mine, external: false}}
            """);
    assertThat(trial.at("/networks"))
        .isEqualTo(
            """
            {"n":{"name":"shop_n"},"out":{"external":true,"name":"out"},"old":{"external":true,"name":"legacy"}}\
            """);
    assertThat(trial.at("/volumes"))
        .isEqualTo("{\"v\":{\"name\":\"shop_v\"},\"w\":{\"name\":\"mine\"}}");
    assertThat(Trial.web("user: a").at("/networks"))
        .isEqualTo("{\"default\":{\"name\":\"shop_default\"}}");
    assertThat(Trial.of("services: {}").at("/networks")).isEqualTo("null");
  }

  @Test
  void theNameIsTheImposedOneTheVariablesTheFilesOrTheDirectorys() {
    Trial trial = Trial.of("name: file-${N:-x}\nservices: {}").over("o.yaml", "services: {}");
    assertThat(trial.load().name()).isEqualTo("file-x");
    assertThat(trial.env("COMPOSE_PROJECT_NAME", "variable").load().name()).isEqualTo("variable");
    assertThat(new ComposeLoader().load(trial.request().withProjectName("imposed")).name())
        .isEqualTo("imposed");
    assertThat(Trial.of("name: ${UNSET}\nservices: {}").load().name()).isEqualTo("shop");
    assertThat(named("/srv/My Shop!").load(new ComposeLoader())).isEqualTo("myshop");
  }

  private record Named(LoadRequest request) {
    String load(ComposeLoader loader) {
      return loader.load(request).name();
    }
  }

  private static Named named(String directory) {
    Path path = Path.of(directory);
    return new Named(
        LoadRequest.of(path, List.of(Path.of("c.yaml")))
            .withSources(Sources.inMemory(Map.of(path.resolve("c.yaml"), "services: {}"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bad", "-a", "a b", "ä", "_"})
  void aWrittenNameThatBreaksTheRuleIsRefused(String name) {
    assertThat(Trial.of("name: '" + name + "'\nservices: {}").faults())
        .containsExactly(
            "compose.yaml:1:7: name: \""
                + name
                + "\" (expected: lower-case letters, digits, - and _, the first a letter or digit)");
  }

  @Test
  void whatContradictsItselfIsRefused() {
    assertThat(
            Trial.of(
                    """
                    services:
                      web:
                        image: i
                        network_mode: host
                        networks: [n]
                        scale: 2
                        container_name: one
                        mem_limit: 1g
                        cpus: 1
                        deploy: {replicas: 3, resources: {limits: {memory: 2g, cpus: '1.0'}}}
                      other: {image: i, container_name: one}
                    networks: {n: {external: true, driver: d}}
                    secrets: {s: {file: a, environment: B}, t: {}}
                    """)
                .faults())
        .extracting(fault -> fault.replaceFirst("^compose.yaml:", ""))
        .containsExactly(
            "4:19: services.web.network_mode: cannot be together with networks; choose one",
            "6:12: services.web.scale: says something else than deploy.replicas",
            "7:21: services.web.container_name: one: cannot be of more than one container",
            "8:16: services.web.mem_limit: says something else than"
                + " deploy.resources.limits.memory",
            "11:37: services.other.container_name: one: taken by the service web",
            "12:32: networks.n.driver: cannot be said of something external (expected: only a"
                + " name)",
            "13:11: secrets.s: more than one of file, environment (expected: one)",
            "13:41: secrets.t: none of file, environment (expected: one)");
  }

  @Test
  void extensionsAreKeptEverywhereAndNamesMayLookLikeThem() {
    Trial trial =
        Trial.of(
                "x-top: {a: [1, '$X']}\nservices: {x-web: {image: i, x-in: b, deploy: {x-d: 1}}}\n")
            .env("X", "y");
    assertThat(trial.at("/x-top")).isEqualTo("{\"a\":[1,\"y\"]}");
    assertThat(trial.at("/services/x-web/x-in")).isEqualTo("\"b\"");
    assertThat(trial.at("/services/x-web/deploy/x-d")).isEqualTo("1");
  }

  @Test
  void theVersionIsLeftOutWithAWarning() {
    Trial trial = Trial.of("version: '3'\nservices: {}");
    assertThat(trial.at("/version")).isEqualTo("null");
    assertThat(trial.warnings())
        .containsExactly("compose.yaml:1:1: version: has no meaning any more and can be left out");
  }

  @Test
  void theProjectSaysNoSecretsWhenItIsPrintedForADebugger() {
    Project project = Trial.web("user: hush").env("TOKEN", "hush").load();
    assertThat(project.toString()).doesNotContain("hush");
    assertThat(Trial.web("user: x").env("TOKEN", "hush").request().toString())
        .doesNotContain("hush");
  }
}
