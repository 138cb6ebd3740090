package dev.tallyman.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDialectTest {

  private final Faults faults = new Faults();
  private final YamlReader reader =
      new YamlReader(new YamlReader.Bounds(10_000, 10, 50), YamlDialect.COMPOSE);

  private YamlValue read(String text) {
    List<YamlValue> documents = reader.readText("f.yaml", text, faults);
    return documents.isEmpty()
        ? new Sequence(new Place("f.yaml", 1, 1), List.of())
        : documents.getFirst();
  }

  private List<String> faults() {
    return faults.list().stream().map(Fault::toString).toList();
  }

  private static String show(YamlValue value) {
    return switch (value) {
      case Scalar scalar -> scalar.text();
      case Sequence list ->
          list.items().stream()
              .map(YamlDialectTest::show)
              .collect(Collectors.joining(" ", "[", "]"));
      case Mapping mapping ->
          mapping.entries().stream()
              .map(entry -> entry.key() + "=" + show(entry.value()))
              .collect(Collectors.joining(" ", "{", "}"));
    };
  }

  @Test
  void anAliasIsWhatItsAnchorIsAndKeepsItsPlace() {
    Mapping root = (Mapping) read("a: &x [1, &y two]\nb: *x\nc: *y\n");
    assertThat(show(root)).isEqualTo("{a=[1 two] b=[1 two] c=two}");
    assertThat(root.entries().get(1).value().place()).hasToString("f.yaml:1:4");
    assertThat(faults()).isEmpty();
  }

  @Test
  void mergeKeysGiveWayToWhatIsWrittenAndToEarlierMappings() {
    assertThat(show(read("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}\n")))
        .contains("z={a=0 b=1 c=2}");
    assertThat(show(read("x: &x {a: 1}\nz:\n  !!merge <<: *x\n"))).contains("z={a=1}");
    assertThat(show(read("z: {\"<<\": 5}"))).isEqualTo("{z={<<=5}}");
    assertThat(faults()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: *gone | f.yaml:1:4: *gone: there is no anchor &gone before it",
        "a: &x [*x] | f.yaml:1:8: *x: stands within what it stands for",
        "a: {<<: 5} | f.yaml:1:5: <<: a number cannot be merged (expected: a mapping or a list of mappings)",
        "a: {<<: {b: 1}, <<: {c: 1}} | f.yaml:1:17: <<: given twice, first at line 1",
        "5: a | f.yaml:1:1: a number as a key (expected: text: \"5\")",
        "true: a | f.yaml:1:1: true or false as a key (expected: text: \"true\")",
        "a: !other b | f.yaml:1:4: !other: this tag is not supported (expected: !reset, !override or one of YAML's core schema)",
        "a: !!int b | f.yaml:1:4: b: does not fit its tag !!int",
        "a: !!map [b] | f.yaml:1:4: !!map: this tag is not supported (expected: !reset, !override or one of YAML's core schema)",
      })
  void whatTheDialectDoesNotHaveIsAFault(String yaml, String fault) {
    read(yaml);
    assertThat(faults()).containsExactly(fault);
  }

  @Test
  void coreTagsDecideTheKind() {
    Mapping root = (Mapping) read("a: !!str 5\nb: !!int '5'\nc: ! 5\nd: !!bool true\n");
    assertThat(root.entries().stream().map(e -> ((Scalar) e.value()).kind()))
        .containsExactly(Kind.TEXT, Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN);
    assertThat(faults()).isEmpty();
  }

  @Test
  void marksAreToldByPlaceAndChangeNothingElse() {
    YamlDocument document =
        reader.readDocuments("f.yaml", "a: !reset 5\nb: !override [x]\n", faults).getFirst();
    assertThat(document.tags())
        .hasSize(2)
        .containsEntry(new Place("f.yaml", 1, 4), "!reset")
        .containsEntry(new Place("f.yaml", 2, 4), "!override");
    assertThat(show(document.value())).isEqualTo("{a=5 b=[x]}");
  }

  @Test
  void boundsHoldForWhatAliasesStandFor() {
    read("a: &a [1, 2, 3, 4, 5]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n");
    assertThat(faults())
        .containsExactly(
            "f.yaml:2:4: too many values (expected: at most 50, aliases counted as what they stand"
                + " for)");
  }

  @Test
  void depthIsBoundedThroughAliases() {
    read("a: &a [[[[[1]]]]]\nb: [[[[[*a]]]]]\n");
    assertThat(faults()).singleElement().asString().contains("nested too deeply");
  }
}
