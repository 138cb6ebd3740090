package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.compose.translate.Treatment.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyTablesTest {

  /** The keys that the specification's own schema has for a service. */
  private static final Set<String> SPECIFIED =
      Set.of(
          ("annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count"
                  + " cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on"
                  + " deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file environment"
                  + " expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation"
                  + " label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models"
                  + " network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_start"
                  + " pre_stop privileged profiles provider pull_policy pull_refresh_after read_only restart runtime scale secrets"
                  + " security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits"
                  + " use_api_socket user userns_mode uts volumes volumes_from working_dir")
              .split(" "));

  @Test
  void everyKeyOfTheSpecificationHasATreatment() {
    Set<String> known = new TreeSet<>(ServiceKeys.SERVICE.keys().keySet());
    known.remove(Extension.KEY);
    assertThat(known).containsExactlyInAnyOrderElementsOf(SPECIFIED);
  }

  static Stream<String> refusedOfAService() {
    return ServiceKeys.SERVICE.keys().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Refused)
        .map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("refusedOfAService")
  void aKeyThatCannotBeTranslatedIsRefusedByNameUnlessItSaysNothing(String key) {
    assertThat(Compose.service(key + ": [x]").faults())
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:5: services.web." + key + ": not supported: ");
    for (String nothing : List.of("null", "false", "[]", "{}", "{a: {}}")) {
      assertThat(Compose.service(key + ": " + nothing).stack().workloads()).hasSize(1);
    }
  }

  static Stream<KeyTable> tables() {
    return Stream.of(
        ProjectKeys.TOP,
        ServiceKeys.SERVICE,
        ServiceKeys.ATTACHMENT,
        ServiceKeys.PORT,
        ServiceKeys.MOUNT,
        ServiceKeys.BIND,
        ServiceKeys.VOLUME_MOUNT,
        ServiceKeys.TMPFS,
        ServiceKeys.GRANT,
        ServiceKeys.HEALTHCHECK,
        ServiceKeys.DEPENDENCY,
        ServiceKeys.LOGGING,
        ServiceKeys.DEVICE,
        ServiceKeys.ULIMIT,
        ProjectKeys.NETWORK,
        ProjectKeys.IPAM,
        ProjectKeys.SUBNET,
        ProjectKeys.VOLUME,
        ProjectKeys.SECRET,
        ProjectKeys.CONFIG,
        ProjectKeys.DEPLOY,
        ProjectKeys.RESOURCES,
        ProjectKeys.LIMITS,
        ProjectKeys.RESERVATIONS,
        ProjectKeys.RESTART_POLICY,
        ProjectKeys.UPDATE_CONFIG,
        Extension.FILE,
        Extension.SERVICE,
        Extension.UPDATE,
        Extension.PROBE);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void theDocumentSaysOfEachKeyWhatItDoes(KeyTable table) throws IOException {
    String document = Files.readString(Path.of("../docs/compose.md"));
    String heading = "### Keys of " + table.of() + "\n";
    assertThat(document).contains(heading);
    String section = document.substring(document.indexOf(heading) + heading.length());
    int end = section.indexOf("\n#");
    List<String> rows =
        section
            .substring(0, end < 0 ? section.length() : end)
            .lines()
            .filter(line -> line.startsWith("| `"))
            .toList();
    table
        .keys()
        .forEach((key, treatment) ->
            assertThat(rows)
                .filteredOn(row ->
                    row.startsWith("| `")
                        && row.substring(0, row.indexOf(" | ")).contains("`" + key + "`"))
                .as("row of %s", key)
                .singleElement()
                .asString()
                .contains("| " + treatment.word() + " |"));
  }
}
