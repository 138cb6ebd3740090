package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.config.fault.FaultsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Input that is large, hostile or gone. Each has a decided outcome, reached soon. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class BadInputTest {

  private static LoadRequest from(Sources sources) {
    return LoadRequest.of(Trial.DIRECTORY, List.of(Path.of("compose.yaml"))).withSources(sources);
  }

  private static Sources only(IOException problem) {
    return file -> {
      if (file.endsWith("compose.yaml")) {
        throw problem;
      }
      throw new java.nio.file.NoSuchFileException(file.toString());
    };
  }

  @Test
  void aThousandServicesLoad() {
    String services =
        IntStream.range(0, 1000)
            .mapToObj(i ->
                """
                  s%d:
                    image: i
                    ports: ["%d:80"]
                    environment: {A: "1", B: "2"}
                    healthcheck: {test: "true", interval: 5s}
                """
                        .formatted(i, 10_000 + i)
                    + (i == 0 ? "" : "    depends_on: [s%d]\n".formatted(i - 1)))
            .collect(Collectors.joining());
    assertThat(Trial.of("services:\n" + services).at("/services/s999/depends_on")).contains("s998");
  }

  @Test
  void aStringOfAMegabyteIsKept() {
    String large = "x".repeat(1 << 20);
    assertThat(Trial.web("labels: {large: " + large + "}").ofWeb("labels/large"))
        .hasSize((1 << 20) + 2);
  }

  @Test
  void aWordOfManyPartsIsReadAsAShortOne() {
    assertThat(Trial.web("pull_policy: every_" + "1w".repeat(100_000)).faults()).isEmpty();
    assertThat(Trial.web("pull_policy: every_" + "1w".repeat(100_000) + "x").faults()).hasSize(1);
  }

  @Test
  void aStringOfManyDollarsAndBracesIsReadInTime() {
    String hostile = "${A:-".repeat(20_000) + "$".repeat(100_001) + "{".repeat(100_000);
    assertThat(Trial.web("labels: {it: '" + hostile + "'}").faults()).hasSize(1);
  }

  @Test
  void aBombOfAliasesIsRefusedAtOnce() {
    StringBuilder bomb = new StringBuilder("x-0: &a0 {k: v}\n");
    for (int level = 1; level <= 9; level++) {
      String aliases =
          IntStream.range(0, 9)
              .mapToObj(new Alias(level - 1)::at)
              .collect(Collectors.joining(", "));
      bomb.append("x-%d: &a%d [%s]\n".formatted(level, level, aliases));
    }
    assertThat(Trial.of(bomb + "services: {web: {image: i}}\n").faults())
        .singleElement()
        .asString()
        .contains("too many values (expected: at most 200000, aliases counted");
  }

  private record Alias(int level) {
    String at(int index) {
      return "*a" + level;
    }
  }

  @Test
  void nestingOfAHundredThousandLevelsIsRefused() {
    assertThat(Trial.of("x-a: " + "[".repeat(100_000)).faults())
        .singleElement()
        .asString()
        .contains("nested too deeply");
    assertThat(Trial.of("x-a: " + "{a: ".repeat(100_000)).faults())
        .singleElement()
        .asString()
        .contains("nested too deeply");
  }

  @Test
  void nestingThatAliasesMakeIsRefused() {
    StringBuilder tower = new StringBuilder("x-0: &a0 [v]\n");
    for (int level = 1; level < 150; level++) {
      tower.append("x-%d: &a%d [*a%d]\n".formatted(level, level, level - 1));
    }
    assertThat(Trial.of(tower.toString()).faults())
        .singleElement()
        .asString()
        .contains("nested too deeply");
  }

  @Test
  void longChainsOfExtendsAndIncludesAreRefused() {
    String services =
        IntStream.range(0, 5000)
            .mapToObj(i -> "  s%d: {extends: s%d}\n".formatted(i, i + 1))
            .collect(Collectors.joining());
    assertThat(Trial.of("services:\n" + services + "  s5000: {image: i}\n").faults())
        .isNotEmpty()
        .first()
        .asString()
        .contains("more than 100 levels deep");
    Trial includes = Trial.of("include: [f0.yaml]");
    for (int i = 0; i < 200; i++) {
      includes.file("f" + i + ".yaml", "include: [f%d.yaml]".formatted(i + 1));
    }
    assertThat(includes.faults()).singleElement().asString().contains("more than 50 levels deep");
  }

  @Test
  void includesThatDoubleWithEachLevelAreRefused() {
    Trial bomb = Trial.of("include: [f0.yaml, f0.yaml]");
    for (int i = 0; i < 40; i++) {
      bomb.file("f" + i + ".yaml", "include: [f%d.yaml, f%d.yaml]".formatted(i + 1, i + 1));
    }
    assertThat(bomb.file("f40.yaml", "services: {a: {image: i}}").faults())
        .singleElement()
        .asString()
        .contains("too many includes (expected: at most 200)");
  }

  @Test
  void manyFaultsAndManyLinesTakeNoLongerThanTheirNumber() {
    String unknown =
        IntStream.range(0, 50_000)
            .mapToObj("  unknwon%d: 1\n"::formatted)
            .collect(Collectors.joining());
    assertThat(Trial.of("services:\n" + unknown).faults()).hasSize(101);
    String lines =
        IntStream.range(0, 200_000).mapToObj("A%d=1\n"::formatted).collect(Collectors.joining());
    assertThat(Trial.web("user: $A199999").file(".env", lines).ofWeb("user")).isEqualTo("\"1\"");
  }

  @Test
  void aFileThatIsMissingClosedBrokenTooLargeOrNoTextIsSaidByName(@TempDir Path directory)
      throws IOException {
    assertThatThrownBy(() -> new ComposeLoader().load(from(Sources.inMemory(Map.of()))))
        .isInstanceOf(FaultsException.class)
        .hasMessage("compose.yaml: there is no such file");
    assertThatThrownBy(
            () -> new ComposeLoader().load(from(only(new AccessDeniedException("compose.yaml")))))
        .hasMessage("compose.yaml: this user may not read the file");
    assertThatThrownBy(() -> new ComposeLoader().load(from(only(new IOException("worn out")))))
        .hasMessageContaining("the file cannot be read: worn out");
    Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'a', ':', (byte) 0xE4});
    Path folder = Files.createDirectory(directory.resolve("folder.yaml"));
    Path large = directory.resolve("large.yaml");
    Files.writeString(large, "#".repeat((16 << 20) + 1));
    assertThatThrownBy(() ->
            new ComposeLoader().load(LoadRequest.of(directory, List.of(latin, folder, large))))
        .hasMessageContaining("latin.yaml: not UTF-8 text")
        .hasMessageContaining("folder.yaml: the file cannot be read")
        .hasMessageContaining("large.yaml: too large");
  }

  @Test
  void aSocketIsRefusedInsteadOfOpened(@TempDir Path directory) throws IOException {
    Path socket = directory.resolve("s.yaml");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> new ComposeLoader().load(LoadRequest.of(directory, List.of(socket))))
          .hasMessageContaining("it is a pipe, a socket or a device");
    }
  }

  @Test
  void aFileThatChangesMeanwhileIsSeenInOneStateOnly() {
    Map<Path, AtomicInteger> reads = new HashMap<>();
    Sources changing =
        file -> {
          if (file.endsWith(".env")) {
            throw new java.nio.file.NoSuchFileException(".env");
          }
          int read = reads.computeIfAbsent(file, _ -> new AtomicInteger()).incrementAndGet();
          String text =
              file.endsWith("compose.yaml")
                  ? "name: n%d\nservices: {a: {extends: {file: b.yaml, service: b}, env_file: e.env}, c: {extends: {file: b.yaml, service: b}, env_file: e.env}}"
                      .formatted(read)
                  : file.endsWith("b.yaml")
                      ? "services: {b: {image: i%d}}".formatted(read)
                      : "E=%d".formatted(read);
          return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        };
    Project project = new ComposeLoader().load(from(changing));
    assertThat(reads.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    assertThat(project.name()).isEqualTo("n1");
    assertThat(project.files()).hasSize(3);
  }

  @Test
  void aDirectoryWhoseNameHasNothingUsableNeedsAName() {
    Path odd = Path.of("/srv/___");
    LoadRequest request =
        LoadRequest.of(odd, List.of(Path.of("c.yaml")))
            .withSources(Sources.inMemory(Map.of(odd.resolve("c.yaml"), "services: {}")));
    assertThatThrownBy(() -> new ComposeLoader().load(request))
        .hasMessageContaining("give the project a name");
    assertThat(new ComposeLoader().load(request.withProjectName("fine")).name()).isEqualTo("fine");
  }

  @Test
  void aLongListOfFaultsIsCutWithTheirNumber() {
    String lines =
        IntStream.range(0, 500).mapToObj("  s%d: {}\n"::formatted).collect(Collectors.joining());
    assertThat(Trial.of("services:\n" + lines).faults())
        .hasSize(101)
        .last()
        .asString()
        .contains("and 400 more faults");
  }
}
