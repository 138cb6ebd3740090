package dev.tallyman.cli.daemon;

import dev.tallyman.agent.AgentConfig;
import dev.tallyman.agent.AgentSettings;
import dev.tallyman.cli.process.Host;
import dev.tallyman.config.Layers;
import dev.tallyman.config.SettingsSchema;
import dev.tallyman.config.fault.FaultsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** The settings that this node's agent would have, for commands that do without it. */
public final class NodeSettings {

  private NodeSettings() {}

  /**
   * Reads the settings file of the agent and the environment.
   *
   * @param otherEnvironment names that begin with {@code TALLYMAN_} and belong to other commands
   * @throws dev.tallyman.cli.process.CommandFailure with all faults
   */
  public static AgentConfig read(Host host, Predicate<String> otherEnvironment) {
    Layers layers =
        Layers.none().withEnvironment(host.environment()).allowingEnvironment(otherEnvironment);
    Path standard = host.paths().configDir().resolve("agent.yaml");
    Optional<Path> file =
        Optional.ofNullable(host.environment().get(SettingsOptions.CONFIG_VARIABLE))
            .map(Path::of)
            .or(() -> Optional.of(standard).filter(Files::exists));
    try {
      return AgentConfig.of(
          SettingsSchema.of(DaemonCommand.withLogs(AgentSettings.all()))
              .read(file.map(layers::withFile).orElse(layers)));
    } catch (FaultsException e) {
      throw SettingsOptions.unusable(e);
    }
  }
}
