package dev.tallyman.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallyman.cli.TestHost;
import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.compose.load.ComposeLoader;
import dev.tallyman.compose.load.LoadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files and which name an {@code up} means. */
class StackFilesTest {

  private static final StackFiles NO_FLAGS =
      new StackFiles(List.of(), List.of(), Set.of(), Optional.empty());

  private final Path folder;
  private final TestHost host;

  StackFilesTest(@TempDir Path folder) {
    this.folder = folder;
    this.host = new TestHost(folder).in(folder);
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private List<String> found(StackFiles files) {
    return files.request(host.host()).files().stream()
        .map(file -> folder.relativize(file).toString())
        .toList();
  }

  private String name(StackFiles files) {
    return new ComposeLoader().load(files.request(host.host())).name();
  }

  @Test
  void filesComeFromTheFlagsThenTheEnvironmentThenTheNearestFolderAbove() throws IOException {
    write("compose.yaml", "");
    write("compose.override.yml", "");
    write("other.yaml", "");
    write("a/b/keep", "");
    assertThat(found(NO_FLAGS)).containsExactly("compose.yaml", "compose.override.yml");
    host.in(folder.resolve("a/b"));
    assertThat(found(NO_FLAGS)).containsExactly("compose.yaml", "compose.override.yml");
    host.in(folder).with("COMPOSE_FILE", "other.yaml:compose.yaml");
    assertThat(found(NO_FLAGS)).containsExactly("other.yaml", "compose.yaml");
    assertThat(found(new StackFiles(List.of("x.yaml"), List.of(), Set.of(), Optional.empty())))
        .containsExactly("x.yaml");
  }

  @Test
  void theEnvironmentFileMayNameFilesAndProfilesAndTheShellWins() throws IOException {
    write(
        ".env", "COMPOSE_FILE=one.yaml,two.yaml\nCOMPOSE_PATH_SEPARATOR=,\nCOMPOSE_PROFILES=a, b");
    assertThat(found(NO_FLAGS)).containsExactly("one.yaml", "two.yaml");
    assertThat(NO_FLAGS.request(host.host()).profiles()).containsExactlyInAnyOrder("a", "b");
    host.with("COMPOSE_PROFILES", "c");
    assertThat(
            new StackFiles(List.of(), List.of(), Set.of("d"), Optional.empty())
                .request(host.host())
                .profiles())
        .containsExactlyInAnyOrder("c", "d");
  }

  @Test
  void theNameComesFromTheFlagThenTheEnvironmentThenTheFileThenTheFolder() throws IOException {
    write("My.App/compose.yaml", "services: {a: {image: x}}");
    host.in(folder.resolve("My.App"));
    assertThat(name(NO_FLAGS)).isEqualTo("myapp");
    write("My.App/compose.yaml", "name: written\nservices: {a: {image: x}}");
    assertThat(name(NO_FLAGS)).isEqualTo("written");
    host.with("COMPOSE_PROJECT_NAME", "environment");
    assertThat(name(NO_FLAGS)).isEqualTo("environment");
    assertThat(name(new StackFiles(List.of(), List.of(), Set.of(), Optional.of("flag"))))
        .isEqualTo("flag");
  }

  @Test
  void standardInputIsAFileOfTheWorkingDirectory() {
    host.withInput("name: piped\nservices: {a: {image: x}}");
    LoadRequest request =
        new StackFiles(List.of("-"), List.of(), Set.of(), Optional.empty()).request(host.host());
    assertThat(request.projectDirectory()).isEqualTo(folder);
    assertThat(new ComposeLoader().load(request).name()).isEqualTo("piped");
  }

  @Test
  void noFileAnywhereIsSaidWithWhereItWasLookedFor() {
    assertThatThrownBy(() -> NO_FLAGS.request(host.host()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("there is no compose.yaml")
        .hasMessageContaining(folder.toString());
  }
}
