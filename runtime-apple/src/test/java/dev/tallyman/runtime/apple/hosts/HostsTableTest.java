package dev.tallyman.runtime.apple.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.runtime.apple.cli.Container;
import dev.tallyman.runtime.apple.cli.Container.Link;
import dev.tallyman.runtime.apple.cli.Container.Phase;
import dev.tallyman.runtime.apple.cli.Marks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HostsTableTest {

  private static final Container WEB =
      container(
          "shop-web-1", "front:web,www;back:web", Map.of("front", "10.1.0.3", "back", "10.2.0.3"));
  private static final Container DB = container("shop-db-1", "back:db", Map.of("back", "10.2.0.4"));

  @Test
  void thoseInANetworkAreKnownThereByAliasAndName() {
    assertThat(HostsTable.of(List.of("back"), List.of(), List.of(WEB, DB)).lines())
        .contains("127.0.0.1 localhost", "10.2.0.3 web shop-web-1", "10.2.0.4 db shop-db-1")
        .noneMatch(line -> line.contains("10.1.0.3"));
  }

  @Test
  void whoDoesNotRunIsNotKnown() {
    assertThat(HostsTable.of(List.of("back"), List.of(), List.of(stopped(DB))))
        .doesNotContain("db");
  }

  @Test
  void theOrderOfTheListSaysNothing() {
    assertThat(HostsTable.of(List.of("front", "back"), List.of(), List.of(WEB, DB)))
        .isEqualTo(HostsTable.of(List.of("front", "back"), List.of(), List.of(DB, WEB)));
  }

  @Test
  void linesThatTheSpecAsksForComeFirst() {
    assertThat(HostsTable.of(List.of("back"), List.of("10.9.9.9 db"), List.of(DB)).lines().toList())
        .containsSubsequence("10.9.9.9 db", "10.2.0.4 db shop-db-1");
  }

  private static Container container(String name, String aliases, Map<String, String> addresses) {
    Map<String, Link> links =
        addresses.entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    Map.Entry::getKey, e -> new Link(e.getValue(), "10.0.0.1")));
    return new Container(
        name,
        Map.of(Marks.ALIASES, aliases),
        "image",
        new Phase.Running(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        links,
        Set.of(),
        "");
  }

  private static Container stopped(Container container) {
    return new Container(
        container.name(),
        container.labels(),
        container.image(),
        new Phase.Stopped(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        container.links(),
        Set.of(),
        "");
  }
}
