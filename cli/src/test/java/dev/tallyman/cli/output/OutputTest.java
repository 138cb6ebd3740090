package dev.tallyman.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.proto.v1.NodeRecord;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Output out = new Output(bytes);

  @ParameterizedTest
  @CsvSource({
    "PT-5S, 0s",
    "PT0S, 0s",
    "PT119S, 119s",
    "PT2M, 2m",
    "PT9M59S, 9m59s",
    "PT10M, 10m",
    "PT2H59M59S, 179m",
    "PT3H, 3h",
    "PT7H59M, 7h59m",
    "PT8H59M, 8h",
    "PT47H, 47h",
    "PT48H, 2d",
    "P400D, 400d",
  })
  void agesGetCoarserAsTheyGrow(Duration age, String text) {
    Instant now = Instant.parse("2026-11-22T10:00:00Z");
    assertThat(Ages.between(now.minus(age), now)).isEqualTo(text);
  }

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table = new Table(List.of("NAME", "AGE", "NOTE"));
    assertThat(table.lines(List.of(List.of("web", "1m", ""), List.of("database", "10h", "öä"))))
        .containsExactly("NAME       AGE   NOTE", "web        1m    -", "database   10h   öä");
    assertThat(table.line(List.of("a", "b", "c"))).isEqualTo("a          b     c");
  }

  @Test
  void whatComesFromElsewhereCannotBreakTheTable() {
    Table table = new Table(List.of("NAME", "NOTE"));
    assertThat(table.lines(List.of(List.of("a", "x\n\u001B[2Jy"))).get(1))
        .isEqualTo("a      x [2Jy");
  }

  @Test
  void factsStandBelowEachOtherAndEmptyOnesAreLeftOut() {
    Facts facts = new Facts();
    facts.add("Name", "web");
    facts.add("Gone", "");
    facts.add("Message", "one\ntwo");
    facts.group("Runtimes", () -> facts.group("podman", () -> facts.add("Kind", "podman")));
    facts.group("Feeds", () -> {});
    facts.add("Z", "end");
    assertThat(facts.text())
        .isEqualTo(
            """
            Name:     web
            Message:  one
                      two
            Runtimes:
              podman:
                Kind:  podman
            Z:        end
            """);
  }

  private String shown() {
    return bytes
        .toString(UTF_8)
        .replace("\r", "<start>")
        .replace("\u001B[J", "<erase>")
        .replaceAll("\u001B\\[(\\d+)A", "<up $1>");
  }

  @Test
  void liveTextIsDrawnOverItself() {
    LiveText text = new LiveText(out, new Screen(10, 20));
    text.draw(List.of("a", "b"));
    text.draw(List.of("c"));
    assertThat(shown())
        .isEqualTo(
            """
            <start><erase>a
            b
            <up 2><start><erase>c
            """);
  }

  @Test
  void liveTextStaysWithinTheScreen() {
    LiveText text = new LiveText(out, new Screen(4, 10));
    text.draw(List.of("header", "1", "2", "a line that is too long"));
    text.draw(List.of("header", "a line that is too long"));
    assertThat(shown())
        .isEqualTo(
            """
            <start><erase>header
            1
            ... and 2\s
            <up 3><start><erase>header
            a line tha
            """);
  }

  @Test
  void documentsAreListsInJsonAndYaml() {
    NodeRecord node = NodeRecord.newBuilder().setMessage("yes").setRevision(7).build();
    assertThat(Documents.json(List.of())).isEqualTo("{\n  \"items\": []\n}\n");
    assertThat(Documents.json(List.of(node, node)))
        .startsWith(
            "{\n  \"items\": [\n    {\n      \"readiness\": \"NODE_READINESS_UNSPECIFIED\",")
        .contains("\"revision\": \"7\",")
        .endsWith("\n    }\n  ]\n}\n");
    assertThat(Documents.yaml(List.of(node)))
        .startsWith("items:\n  - readiness: NODE_READINESS_UNSPECIFIED\n    message: yes\n")
        .contains("revision: '7'");
    assertThat(Documents.jsonLine(node)).doesNotContain("\n");
  }
}
