package dev.tallyman.compose.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.LoadRequest;
import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.Sources;
import dev.tallyman.config.fault.FaultsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that people run, which lie beside the project for those who have them: each that loads is
 * translated whole, but for those that are named here with what they are refused for.
 */
class TranslatedRealFilesTest {

  private static final Map<String, String> REFUSED =
      Map.of(
          "real/17-zulip.yaml",
          "secrets.zulip__secret_key.environment: the variable ZULIP_SECRET_KEY is not set");

  static Stream<Optional<Path>> expectations() throws IOException {
    String named = System.getProperty("tallyman.compose.cases", "");
    Path folder =
        (named.isEmpty() ? Path.of("../../shared/compose") : Path.of(named))
            .resolve("real-expected");
    if (!Files.isDirectory(folder)) {
      return Stream.of(Optional.empty());
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(Optional::of).toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("expectations")
  void aRealFileIsTranslatedOrRefusedByName(Optional<Path> expectation) throws IOException {
    assumeTrue(expectation.isPresent(), "there is no folder with Compose cases beside the project");
    JsonObject expected =
        JsonParser.parseString(Files.readString(expectation.get())).getAsJsonObject();
    assumeTrue(!expected.has("error"), "the file does not load");
    String file = expected.get("file").getAsString();
    Project project = load(expected, expectation.get().resolve("../..").resolve(file).normalize());
    Optional<String> refused = Optional.ofNullable(REFUSED.get(file));
    try {
      Stack stack = new Translator().translate(project, new TranslateOptions(Sources.disk()));
      assertThat(refused).isEmpty();
      assertThat(stack.workloads()).isNotEmpty();
    } catch (FaultsException e) {
      assertThat(e.getMessage()).contains(refused.orElse("nothing to refuse"));
    }
  }

  private static Project load(JsonObject expected, Path file) {
    Path directory = Path.of(expected.get("project_dir").getAsString());
    Map<String, String> environment =
        expected.getAsJsonObject("env").entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().getAsString()));
    try {
      return new ComposeLoader()
          .load(
              LoadRequest.of(directory, List.of(Path.of("compose.yaml")))
                  .withEnvironment(environment)
                  .withProjectName(expected.get("project_name").getAsString())
                  .withSources(
                      Sources.inMemory(
                          Map.of(directory.resolve("compose.yaml"), Files.readString(file)))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
