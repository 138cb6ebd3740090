package dev.tallyman.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.agent.AgentSettings;
import dev.tallyman.cli.daemon.DaemonCommand;
import dev.tallyman.config.Layers;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import dev.tallyman.config.SettingsSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings file that is installed says what the program does. */
class SampleSettingsTest {

  private static final String HEADING =
      """
      # Settings of this node's Tallyman agent. What is commented out shows the default, or the kind of
      # value where the default depends on the host. In the environment node.name is
      # TALLYMAN_NODE_NAME, as a flag --node-name; the later is the stronger. What is in force, and
      # where it came from:
      #   tallyman agent --print-config
      # Tokens never stand here: a setting names the file, which is to have mode 0600.
      """;

  private static final SettingsSchema SCHEMA =
      SettingsSchema.of(DaemonCommand.withLogs(AgentSettings.all()));

  @Test
  void theSampleHasEverySettingWithItsDefault() throws IOException {
    String expected = HEADING + SCHEMA.sample();
    Path file = Path.of("../deploy/config/agent.yaml");
    if (Boolean.getBoolean("tallyman.deploy.accept")) {
      Files.writeString(file, expected);
      // The program has the former one until it is built again.
      return;
    }
    assertThat(file).content().isEqualTo(expected);
    assertThat(Template.read("config/agent.yaml")).isEqualTo(expected);
  }

  @Test
  void theSampleAsItIsChangesNothing(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("agent.yaml");
    Files.writeString(file, Template.read("config/agent.yaml"));
    Settings read = SCHEMA.read(Layers.none().withFile(file));
    assertThat(read.print()).isEqualTo(SCHEMA.read(Layers.none()).print());
  }

  @Test
  void fixedDefaultsCanBeUncommentedAsTheyAre(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("agent.yaml");
    Files.writeString(
        file,
        Template.read("config/agent.yaml")
            .replaceAll("(?m)^#(metrics|apple|deadlines|log):$", "$1:")
            .replaceAll("(?m)^#((?:  )?[a-z-]+): ([a-z0-9.:]+)$", "$1: $2"));
    Settings read = SCHEMA.read(Layers.none().withFile(file));
    for (Setting<?> setting : SCHEMA.settings()) {
      assertThat(read.get(setting))
          .as(setting.key())
          .isEqualTo(SCHEMA.read(Layers.none()).get(setting));
    }
    assertThat(read.source(AgentSettings.DEADLINE_PULL_STALL).toString()).contains("agent.yaml");
  }
}
