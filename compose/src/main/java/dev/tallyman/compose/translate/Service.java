package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A service while it is translated.
 *
 * @param key as written
 * @param name of its workload, a DNS label
 * @param replicas how many workloads it becomes
 * @param fields what it says
 * @param deploy its {@code deploy}
 * @param extension its {@code x-tallyman}
 * @param policy how tightly it is held, and where that is said
 */
record Service(
    String key,
    String name,
    Placed<Integer> replicas,
    Fields fields,
    Optional<Fields> deploy,
    Optional<Fields> extension,
    Placed<Policy> policy) {

  /** Names of its workloads, in the order of the replicas. */
  List<String> workloads() {
    int count = replicas.value();
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> Names.replica(name, number, count))
        .toList();
  }

  /** Whether it shares the network of the host or of another service, or has none. */
  Optional<Placed<String>> networkMode() {
    return fields.text("network_mode");
  }

  /** Whether there is no way to reach it: it has no network. */
  boolean hasNoNetwork() {
    return policy.value().cutsNetwork()
        || networkMode().filter(mode -> mode.value().equals("none")).isPresent();
  }

  /**
   * Whether it names networks. Loading gives every service without networks the default one, which
   * is no different from naming that.
   */
  boolean namesNetworks() {
    return fields
        .value("networks")
        .filter(value ->
            !(value.value() instanceof Mapping mapping
                && mapping.entries().stream()
                    .allMatch(
                        entry -> entry.key().equals("default") && Yaml.isEmpty(entry.value()))))
        .isPresent();
  }
}
