package dev.tallyman.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.LoadRequest;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.compose.load.print.ComposeJson;
import dev.tallyman.compose.load.print.ComposeYaml;
import dev.tallyman.compose.translate.Stack;
import dev.tallyman.compose.translate.TranslateOptions;
import dev.tallyman.compose.translate.Translator;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.FaultsException;
import dev.tallyman.proto.v1.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whatever stands in the files of a project, it becomes workloads, or faults with their places.
 *
 * <p>The input is the project's main file. What follows a line of {@code #file } and a name is that
 * file instead: {@code .env}, what is included or extended, or what a secret holds.
 */
class ComposeFuzzTest {

  private static final Path DIRECTORY = Path.of("/srv/shop");
  private static final String MAIN = "compose.yaml";
  private static final String FILE = "#file ";

  @FuzzTest
  void aProjectIsTranslatedOrRefusedWithEachPlace(byte[] input) {
    Map<Path, String> files = files(new String(input, StandardCharsets.UTF_8));
    Optional<Project> loaded = load(files);
    loaded.ifPresent(ComposeFuzzTest::translate);
    loaded.ifPresent(ComposeFuzzTest::whatIsPrintedIsLoadedAgain);
  }

  private static Map<Path, String> files(String input) {
    Map<Path, StringBuilder> texts = new HashMap<>();
    Path current = DIRECTORY.resolve(MAIN);
    for (String line : input.split("(?<=\n)", -1)) {
      String name = line.startsWith(FILE) ? line.substring(FILE.length()).strip() : "";
      if (name.matches("[A-Za-z0-9._-]+")) {
        current = DIRECTORY.resolve(name);
      } else {
        texts.computeIfAbsent(current, _ -> new StringBuilder()).append(line);
      }
    }
    Map<Path, String> files = new HashMap<>();
    texts.forEach((path, text) -> files.put(path, text.toString()));
    return files;
  }

  private static LoadRequest request(Map<Path, String> files) {
    return LoadRequest.of(DIRECTORY, List.of(Path.of(MAIN)))
        .withHome(Path.of("/home/ada"))
        .withProfiles(Set.of("*"))
        .withEnvironment(Map.of("SHELL_SAYS", "x"))
        .withSources(Sources.inMemory(files));
  }

  private static Optional<Project> load(Map<Path, String> files) {
    try {
      return Optional.of(new ComposeLoader().load(request(files)));
    } catch (FaultsException refused) {
      check(refused.faults());
      return Optional.empty();
    }
  }

  private static void translate(Project project) {
    try {
      Stack stack =
          new Translator()
              .translate(
                  project,
                  new TranslateOptions(_ -> {
                    throw new java.nio.file.NoSuchFileException("none");
                  }));
      check(stack.warnings());
      Set<String> uids = new HashSet<>();
      for (Workload workload : stack.workloads()) {
        assertThat(workload.getStack()).isEqualTo(stack.name());
        assertThat(uids.add(workload.getUid())).as(workload.getUid()).isTrue();
      }
    } catch (FaultsException refused) {
      check(refused.faults());
    }
  }

  /** Apart from what is not shown. */
  private static void whatIsPrintedIsLoadedAgain(Project project) {
    String yaml = ComposeYaml.print(project);
    String json = ComposeJson.print(project);
    Map<Path, String> again = new HashMap<>();
    again.put(DIRECTORY.resolve(MAIN), yaml);
    load(again).ifPresent(loaded -> assertThat(ComposeYaml.print(loaded)).isEqualTo(yaml));
    again.put(DIRECTORY.resolve(MAIN), json);
    load(again).ifPresent(loaded -> assertThat(ComposeJson.print(loaded)).isEqualTo(json));
  }

  private static void check(List<Fault> faults) {
    for (Fault fault : faults) {
      assertThat(fault.where()).isNotBlank();
      assertThat(fault.message()).isNotBlank();
    }
  }
}
