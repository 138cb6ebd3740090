package dev.tallyman.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/**
 * Bytes become values within the bounds, or faults with a place; and nothing else comes of them.
 */
class YamlFuzzTest {

  private static final YamlReader.Bounds BOUNDS = new YamlReader.Bounds(64 << 10, 20, 2_000);

  @FuzzTest
  void bytesOfThePlainDialectAreReadWithinTheBounds(byte[] input) throws IOException {
    readWithinTheBounds(YamlDialect.PLAIN, input);
  }

  @FuzzTest
  void bytesOfTheComposeDialectAreReadWithinTheBounds(byte[] input) throws IOException {
    readWithinTheBounds(YamlDialect.COMPOSE, input);
  }

  private static void readWithinTheBounds(YamlDialect dialect, byte[] input) throws IOException {
    Faults faults = new Faults();
    List<YamlValue> values =
        new YamlReader(BOUNDS, dialect)
            .readStream("a.yaml", new ByteArrayInputStream(input), faults);
    for (Fault fault : faults.list()) {
      assertThat(fault.where()).startsWith("a.yaml");
      assertThat(fault.message()).isNotBlank().doesNotContain("\n");
    }
    int all = values.stream().mapToInt(value -> size(value, 1)).sum();
    assertThat(all).isLessThanOrEqualTo(BOUNDS.maxValues());
    if (faults.isEmpty()) {
      values.forEach(YamlFuzzTest::whatIsPrintedIsReadAgain);
    }
  }

  /** Values and keys below; fails where they are nested more deeply than allowed. */
  private static int size(YamlValue value, int depth) {
    return switch (value) {
      case Scalar _ -> 1;
      case Sequence(Place _, List<YamlValue> items) -> {
        assertThat(depth).isLessThanOrEqualTo(BOUNDS.maxDepth());
        yield 1 + items.stream().mapToInt(item -> size(item, depth + 1)).sum();
      }
      case Mapping(Place _, List<Entry> entries) -> {
        assertThat(depth).isLessThanOrEqualTo(BOUNDS.maxDepth());
        yield 1 + entries.stream().mapToInt(entry -> 1 + size(entry.value(), depth + 1)).sum();
      }
    };
  }

  private static void whatIsPrintedIsReadAgain(YamlValue value) {
    switch (value) {
      case Scalar(Place _, String text, YamlValue.Kind _) -> {
        Faults faults = new Faults();
        String list = "[" + YamlScalars.print(text) + "]";
        assertThat(new YamlReader(BOUNDS).readText("printed", list, faults))
            .as("%s %s", list, faults.list())
            .singleElement()
            .isInstanceOfSatisfying(
                Sequence.class,
                sequence ->
                    assertThat(sequence.items())
                        .singleElement()
                        .isInstanceOfSatisfying(
                            Scalar.class, scalar -> assertThat(scalar.text()).isEqualTo(text)));
      }
      case Sequence(Place _, List<YamlValue> items) ->
          items.forEach(YamlFuzzTest::whatIsPrintedIsReadAgain);
      case Mapping(Place _, List<Entry> entries) ->
          entries.forEach(entry -> whatIsPrintedIsReadAgain(entry.value()));
    }
  }
}
