package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tallyman.config.fault.FaultsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares files that people run with what the specification's own implementation makes of them.
 */
class RealFilesTest {

  static Stream<Optional<Path>> expectations() {
    Optional<Path> folder = Corpus.folder().map(f -> f.resolve("real-expected"));
    if (folder.filter(Files::isDirectory).isEmpty()) {
      return Stream.of(Optional.empty());
    }
    try (Stream<Path> files = Files.list(folder.orElseThrow())) {
      return files.sorted().map(Optional::of).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("expectations")
  void aRealFileLoadsAsWithTheSpecificationsOwnImplementation(Optional<Path> expectation)
      throws IOException {
    assumeTrue(expectation.isPresent(), Corpus.MISSING);
    JsonObject expected = Corpus.parse(Files.readString(expectation.get())).getAsJsonObject();
    Path file = Corpus.folder().orElseThrow().resolve(expected.get("file").getAsString());
    Path directory = Path.of(expected.get("project_dir").getAsString());
    Map<String, String> environment = new HashMap<>();
    expected
        .getAsJsonObject("env")
        .entrySet()
        .forEach(entry -> environment.put(entry.getKey(), entry.getValue().getAsString()));
    LoadRequest request =
        LoadRequest.of(directory, List.of(Path.of("compose.yaml")))
            .withEnvironment(environment)
            .withProjectName(expected.get("project_name").getAsString())
            .withSources(
                Sources.inMemory(
                    Map.of(directory.resolve("compose.yaml"), Files.readString(file))));
    if (expected.has("error")) {
      assertThatThrownBy(() -> new ComposeLoader().load(request))
          .isInstanceOf(FaultsException.class);
      return;
    }
    JsonElement model = ModelJson.of(new ComposeLoader().load(request).model());
    assertThat(essence(model)).isEqualTo(essence(expected.get("model")));
  }

  /** Defaults that the other one leaves out are left out here too. */
  private static JsonElement essence(JsonElement model) {
    JsonElement essence = ModelJson.essence(model);
    JsonElement services = ModelJson.at(essence, "/services");
    services
        .getAsJsonObject()
        .asMap()
        .values()
        .forEach(service -> {
          JsonElement volumes = ModelJson.at(service, "/volumes");
          if (volumes.isJsonArray()) {
            volumes
                .getAsJsonArray()
                .forEach(volume -> {
                  JsonElement bind = ModelJson.at(volume, "/bind");
                  if (bind.isJsonObject()) {
                    bind.getAsJsonObject().remove("create_host_path");
                  }
                });
          }
        });
    return ModelJson.essence(essence);
  }
}
