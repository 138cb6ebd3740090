package dev.tallyman.config.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {

  private final Faults faults = new Faults();
  private final YamlReader reader = new YamlReader(new YamlReader.Bounds(10_000, 10, 500));

  private List<YamlValue> read(String text) {
    return reader.readText("f.yaml", text, faults);
  }

  private List<String> faults() {
    return faults.list().stream().map(Fault::toString).toList();
  }

  @Test
  void everyValueKnowsItsLineAndColumn() {
    Mapping root = (Mapping) read("a: 1\nlist:\n  - x\n  - {y: z}\n").getFirst();
    assertThat(root.entries().getFirst().place()).hasToString("f.yaml:1:1");
    assertThat(root.entries().getFirst().value().place()).hasToString("f.yaml:1:4");
    Sequence list = (Sequence) root.entries().get(1).value();
    assertThat(list.items().get(1).place()).hasToString("f.yaml:4:5");
    assertThat(faults()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "yes, TEXT",
    "on, TEXT",
    "true, BOOLEAN",
    "'\"true\"', TEXT",
    "010, NUMBER",
    "1.10, NUMBER",
    "null, NULL",
    "~, NULL",
    "'\"\"', TEXT",
    "2026-11-22, TEXT",
    "12:30, TEXT",
  })
  void plainWordsAreReadByTheCoreSchemaAndKeptAsWritten(String yaml, Kind kind) {
    Mapping root = (Mapping) read("a: " + yaml).getFirst();
    Scalar value = (Scalar) root.entries().getFirst().value();
    assertThat(value.kind()).isEqualTo(kind);
    assertThat(value.text()).isEqualTo(yaml.replace("\"", ""));
  }

  @Test
  void duplicateKeysAnchorsAliasesAndTagsAreAllReported() {
    List<YamlValue> documents =
        read(
            """
            a: &x 1
            b: *x
            a: 2
            c: !!str 3
            ? [d]
            : 4
            """);
    assertThat(documents).hasSize(1);
    assertThat(faults())
        .containsExactly(
            "f.yaml:1:4: &x: anchors are not supported",
            "f.yaml:2:4: *x: aliases are not supported",
            "f.yaml:3:1: a: given twice, first at line 1",
            "f.yaml:4:4: tag:yaml.org,2002:str: tags are not supported; put text that looks like"
                + " a number in quotes",
            "f.yaml:5:3: a list as a key (expected: text)");
  }

  @Test
  void anAliasBombIsRefusedWithoutFollowingIt() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    read(bomb.toString());
    assertThat(faults()).hasSize(30 + 29 * 2);
  }

  @Test
  void depthIsBounded() {
    read("[".repeat(9_000));
    assertThat(faults())
        .containsExactly("f.yaml:1:11: nested too deeply (expected: at most 10 levels)");
  }

  @Test
  void theNumberOfValuesIsBounded() {
    read("[" + "a,".repeat(1_000) + "]");
    assertThat(faults()).containsExactly("f.yaml:1:1002: too many values (expected: at most 500)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: [1",
        "a: b: c",
        "\ta: 1",
        "a: 'x",
        "a: \"\\q\"",
        "a: \"\\UAA010999\"",
        "a: \"\\x",
        "- a\nb: c",
        "@a"
      })
  void brokenSyntaxIsOneFaultWithItsPlace(String text) {
    read(text);
    assertThat(faults()).hasSize(1);
    assertThat(faults().getFirst()).matches("f\\.yaml:\\d+:\\d+: not valid YAML: [^\n]+");
  }

  @Test
  void aControlCharacterIsNamed() {
    read("a: \u0001");
    assertThat(faults())
        .containsExactly(
            "f.yaml: not valid YAML: the character U+0001 is not allowed (position 3)");
  }

  @Test
  void documentsBeforeBrokenSyntaxAreReturned() {
    assertThat(read("a: 1\n---\n---\nb: [\n")).hasSize(1);
    assertThat(faults()).hasSize(1);
  }

  @Test
  void filesThatCannotBeReadAreFaults(@TempDir Path dir) throws IOException {
    Path large = Files.writeString(dir.resolve("large"), "#".repeat(10_001));
    Path latin = Files.write(dir.resolve("latin"), new byte[] {'a', (byte) 0xE4});
    assertThat(reader.readFile(dir.resolve("none"), faults)).isEmpty();
    assertThat(reader.readFile(dir, faults)).isEmpty();
    assertThat(reader.readFile(large, faults)).isEmpty();
    assertThat(reader.readFile(latin, faults)).isEmpty();
    assertThat(faults.list().stream().map(Fault::message))
        .satisfiesExactly(
            none -> assertThat(none).isEqualTo("there is no such file"),
            folder -> assertThat(folder).startsWith("the file cannot be read"),
            tooLarge -> assertThat(tooLarge).isEqualTo("too large (expected: at most 10000 bytes)"),
            text -> assertThat(text).isEqualTo("not UTF-8 text"));
  }

  @Test
  void aByteOrderMarkIsNoText() throws IOException {
    byte[] bytes = "\uFEFFa: 1".getBytes(UTF_8);
    Mapping root =
        (Mapping) reader.readStream("f.yaml", new ByteArrayInputStream(bytes), faults).getFirst();
    assertThat(root.entries().getFirst().key()).isEqualTo("a");
    assertThat(faults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "unix:///run/a.sock",
        "",
        " ",
        "a: b",
        "#x",
        "a,b",
        "[x]",
        "{x}",
        "-",
        "- a",
        "~",
        "null",
        "true",
        "10s",
        "\"",
        "\\",
        "line\nbreak\ttab",
        "ä€😀",
        "a:",
        "\u0000\u0007\u0085",
        "*",
        "&a",
        "!t",
        "%d",
        "@a",
        "`a"
      })
  void whatIsPrintedIsReadAgainAsTheSameText(String text) {
    String printed = YamlScalars.print(text);
    for (String yaml : List.of("a: " + printed, "a: {b: " + printed + "}", "[" + printed + "]")) {
      YamlValue value = read(yaml).getFirst();
      while (!(value instanceof Scalar)) {
        value =
            switch (value) {
              case Mapping mapping -> mapping.entries().getFirst().value();
              case Sequence sequence -> sequence.items().getFirst();
              case Scalar scalar -> scalar;
            };
      }
      assertThat(((Scalar) value).text()).isEqualTo(text);
      assertThat(((Scalar) value).kind()).isNotEqualTo(Kind.NULL);
    }
    assertThat(faults()).isEmpty();
  }
}
