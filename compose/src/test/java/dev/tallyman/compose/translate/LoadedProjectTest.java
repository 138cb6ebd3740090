package dev.tallyman.compose.translate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.LoadRequest;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.proto.v1.DependencyCondition;
import dev.tallyman.proto.v1.Mount;
import dev.tallyman.proto.v1.Workload;
import dev.tallyman.proto.v1.WorkloadSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** From the text that a person writes to workloads. */
class LoadedProjectTest {

  private static final Path DIRECTORY = Path.of("/srv/shop");

  private static Map<String, Workload> load(String text, Map<String, String> environment) {
    Sources sources =
        Sources.inMemory(
            Map.of(
                DIRECTORY.resolve("compose.yaml"), text,
                DIRECTORY.resolve("web.env"), "FROM_FILE=1\n",
                DIRECTORY.resolve("password.txt"), "s3cret"));
    LoadRequest request =
        LoadRequest.of(DIRECTORY, List.of(Path.of("compose.yaml")))
            .withEnvironment(environment)
            .withSources(sources);
    return new Translator()
            .translate(new ComposeLoader().load(request), new TranslateOptions(sources))
            .workloads()
            .stream()
            .collect(Collectors.toMap(Workload::getName, Function.identity()));
  }

  @Test
  void aFileInShortFormsBecomesWorkloads() {
    Map<String, Workload> workloads =
        load(
            """
            x-tallyman: {policy: default}
            services:
              web:
                image: nginx:${TAG:-1.29}
                command: nginx -g 'daemon off;'
                env_file: web.env
                environment: [A=1, UNSET]
                ports: ["127.0.0.1:8080:80", "9000-9001:9000-9001/udp"]
                volumes: ["./site:/site:ro,z", "data:/data", "/cache"]
                tmpfs: /run:size=1m,mode=0700
                depends_on: {db: {condition: service_healthy}}
                links: ["db:database"]
                labels: [team=web]
                ulimits: {nofile: 1024}
                extra_hosts: ["host.docker.internal:host-gateway"]
                mem_limit: 512m
                cpus: 0.5
                shm_size: 64mb
                stop_grace_period: 1m30s
                devices: ["/dev/null:/dev/zero2:r"]
                logging: {driver: json-file, options: {max-file: 3}}
                secrets: [password]
                configs: [{source: motd, target: /etc/motd, mode: 0440}]
                deploy: {replicas: 1, resources: {limits: {pids: 50}}, restart_policy: {condition: on-failure, max_attempts: 2}}
                x-tallyman:
                  liveness: {http: 80, interval: 100ms}
                  env: {DB: "{{db.host}}:{{db.port}} $$HOME"}
              db:
                image: postgres
                restart: unless-stopped
                expose: [5432]
                healthcheck: {test: "pg_isready -q", interval: 1s}
                stop_signal: SIGINT
                networks: {default: {aliases: [pg]}}
            volumes: {data: }
            secrets: {password: {file: ./password.txt}}
            configs: {motd: {content: "hello ${NAME}"}}
            """,
            Map.of("NAME", "you"));

    Workload web = requireNonNull(workloads.get("web"));
    assertThat(web.getUid()).isEqualTo("shop.web");
    assertThat(web.getLabelsMap()).containsEntry("team", "web");
    assertThat(web.getDependenciesList())
        .singleElement()
        .satisfies(dependency -> {
          assertThat(dependency.getWorkload()).isEqualTo("db");
          assertThat(dependency.getCondition())
              .isEqualTo(DependencyCondition.DEPENDENCY_CONDITION_HEALTHY);
        });
    WorkloadSpec spec = web.getSpec();
    assertThat(spec.getImage()).isEqualTo("nginx:1.29");
    assertThat(spec.getArgsList()).containsExactly("nginx", "-g", "daemon off;");
    assertThat(spec.getEnvList())
        .extracting(
            variable -> variable.getName() + "=" + variable.getValue() + variable.getTemplate())
        .containsExactlyInAnyOrder("A=1", "FROM_FILE=1", "DB=${db.host}:5432 $$HOME");
    assertThat(spec.getPortsList())
        .extracting(
            port -> port.getHostIp() + ":" + port.getHostPort() + ":" + port.getContainerPort())
        .containsExactly("127.0.0.1:8080:80", "0.0.0.0:9000:9000", "0.0.0.0:9001:9001");
    assertThat(spec.getMountsList())
        .extracting(Mount::getTarget)
        .containsExactly("/site", "/data", "/cache", "/run");
    assertThat(spec.getMounts(0).getBind().getPath()).isEqualTo("/srv/shop/site");
    assertThat(spec.getMounts(1).getVolume().getVolume().getName()).isEqualTo("shop_data");
    assertThat(spec.getMounts(3).getTmpfs().getMode()).isEqualTo(0700);
    assertThat(spec.getNetworking().getNetworks(0).getNetwork().getName())
        .isEqualTo("shop_default");
    assertThat(spec.getNetworking().getExtraHosts(0).getAddress()).isEqualTo("host-gateway");
    assertThat(spec.getResources().getMemoryBytes()).isEqualTo(512L << 20);
    assertThat(spec.getResources().getCpuMillis()).isEqualTo(500);
    assertThat(spec.getResources().getPids()).isEqualTo(50);
    assertThat(spec.getShmBytes()).isEqualTo(64L << 20);
    assertThat(spec.getStopGracePeriod().getSeconds()).isEqualTo(90);
    assertThat(spec.getUlimits(0).getHard()).isEqualTo(1024);
    assertThat(spec.getDevices(0).getPermissions()).isEqualTo("r");
    assertThat(spec.getLogging().getOptionsMap()).containsEntry("max-file", "3");
    assertThat(spec.getRestart().getMaxRestarts()).isEqualTo(2);
    assertThat(spec.getLiveness().getHttp().getPort()).isEqualTo(80);
    assertThat(spec.getFilesList())
        .extracting(file ->
            "%s %s %o"
                .formatted(file.getTarget(), file.getContent().toStringUtf8(), file.getMode()))
        .containsExactly("/run/secrets/password s3cret 0", "/etc/motd hello you 440");

    Workload db = requireNonNull(workloads.get("db"));
    assertThat(db.getSpec().getNetworking().getNetworks(0).getAliasesList())
        .containsExactly("db", "pg", "database");
    assertThat(db.getSpec().getReadiness().getExec().getCommandList())
        .containsExactly("/bin/sh", "-c", "pg_isready -q");
  }
}
