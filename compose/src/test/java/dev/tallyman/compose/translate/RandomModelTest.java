package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlReader;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Models that no loader makes: whatever is in them, it is translated or a fault, and no crash. */
class RandomModelTest {

  private static final int ROUNDS = 3000;

  private static final String MODEL =
      """
      name: app
      x-tallyman: {policy: default, enforcement: strict}
      services:
        web:
          image: x
          command: [a]
          entrypoint: [b]
          environment: {A: "1"}
          container_name: www
          ports: [{target: 80, published: "8000-8001", host_ip: 127.0.0.1, protocol: tcp, mode: host}]
          networks: {net: {aliases: [a], ipv4_address: 10.1.0.5, priority: 1}}
          volumes: [{type: volume, source: data, target: /d, volume: {nocopy: true}}, {type: bind, source: /x, target: /y, bind: {selinux: z}}]
          tmpfs: ["/t:size=1m"]
          secrets: [{source: s, mode: "0400"}]
          depends_on: {db: {condition: service_healthy, required: true, restart: true}}
          links: ["db:database"]
          deploy: {replicas: 1, resources: {limits: {cpus: "1", memory: "1024"}}, restart_policy: {condition: any, delay: 1s}, update_config: {monitor: 1s}}
          ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}
          devices: [{source: /dev/null, target: /dev/null, permissions: rwm}]
          security_opt: [no-new-privileges, "seccomp=unconfined"]
          extra_hosts: {a: 10.0.0.1}
          sysctls: {net.core.somaxconn: "1"}
          logging: {driver: json-file, options: {a: b}}
          labels: {a: b}
          stop_grace_period: 1s
          x-tallyman: {policy: default, liveness: {http: {port: 80, path: /}, interval: 1s}, env: {U: "{{db.host}}:{{db.port}}"}, update: null}
        db:
          image: y
          expose: ["5432"]
          networks: {net: null}
          healthcheck: {test: [CMD, a], interval: 1s, start_period: 1s, start_interval: 1s}
        helper: {image: z, network_mode: "service:db", pid: "service:db", scale: 2}
      networks: {net: {name: app_net, ipam: {config: [{subnet: 10.1.0.0/16, gateway: 10.1.0.1}]}}}
      volumes: {data: {name: app_data, labels: {a: b}}}
      secrets: {s: {environment: S}}
      configs: {c: {content: x}}
      """;

  private static final List<String> TEXTS =
      List.of(
          "",
          "x",
          "-1",
          "0",
          "99999999999999999999",
          "true",
          "/",
          "a:b",
          "service:",
          "service:web",
          "{{",
          "{{.}}",
          "{{a}}",
          "{{web.host}}",
          "\0",
          "é",
          "1s",
          "10.1.0.0/16",
          "::",
          "=",
          ":",
          "host",
          "CMD");

  @Test
  void anyModelIsTranslatedOrRefusedWithAPlace() {
    Faults faults = new Faults();
    Mapping model =
        (Mapping)
            new YamlReader(new YamlReader.Bounds(1 << 20, 50, 10_000))
                .readText("compose.yaml", MODEL, faults)
                .getFirst();
    RandomGenerator random = new Random(20_260_401);
    int translated = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      YamlValue changed = model;
      for (int i = 0; i <= round % 3; i++) {
        changed = change(changed, random, 12);
      }
      if (!(changed instanceof Mapping mapping)) {
        continue;
      }
      try {
        new Translator()
            .translate(project(mapping), new TranslateOptions(Sources.inMemory(Map.of())));
        translated++;
      } catch (FaultsException e) {
        assertThat(e.faults()).allSatisfy(f -> assertThat(f.where()).startsWith("compose.yaml:"));
        refused++;
      }
    }
    assertThat(translated).isGreaterThan(ROUNDS / 20);
    assertThat(refused).isGreaterThan(ROUNDS / 2);
  }

  private static Project project(Mapping model) {
    return new Project(
        "app", model, Path.of("/srv/app"), List.of(), Map.of("S", "secret"), List.of());
  }

  /** The value with something of it replaced, removed or added. */
  private static YamlValue change(YamlValue value, RandomGenerator random, int depth) {
    if (depth == 0 || random.nextInt(12) == 0) {
      return any(value.place(), random, 2);
    }
    return switch (value) {
      case Scalar scalar -> any(scalar.place(), random, 1);
      case Sequence sequence -> {
        List<YamlValue> items = new ArrayList<>(sequence.items());
        if (items.isEmpty() || random.nextInt(6) == 0) {
          items.add(any(sequence.place(), random, 2));
        } else {
          int at = random.nextInt(items.size());
          items.set(at, change(items.get(at), random, depth - 1));
        }
        yield new Sequence(sequence.place(), items);
      }
      case Mapping mapping -> {
        List<Entry> entries = new ArrayList<>(mapping.entries());
        if (entries.isEmpty()) {
          entries.add(new Entry(mapping.place(), "x", any(mapping.place(), random, 2)));
        } else {
          int at = random.nextInt(entries.size());
          Entry entry = entries.get(at);
          switch (random.nextInt(10)) {
            case 0 -> entries.remove(at);
            case 1 -> entries.set(at, new Entry(entry.place(), entry.key() + "x", entry.value()));
            default ->
                entries.set(
                    at,
                    new Entry(
                        entry.place(), entry.key(), change(entry.value(), random, depth - 1)));
          }
        }
        yield new Mapping(mapping.place(), entries);
      }
    };
  }

  private static YamlValue any(Place place, RandomGenerator random, int depth) {
    String text = TEXTS.get(random.nextInt(TEXTS.size()));
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> new Scalar(place, "null", Kind.NULL);
      case 1, 2 -> new Scalar(place, text, Kind.TEXT);
      case 3 -> new Scalar(place, "true", Kind.BOOLEAN);
      case 4 -> new Sequence(place, List.of(any(place, random, depth - 1)));
      default -> new Mapping(place, List.of(new Entry(place, text, any(place, random, depth - 1))));
    };
  }
}
