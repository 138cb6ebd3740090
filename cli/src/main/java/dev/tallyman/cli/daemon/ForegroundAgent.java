package dev.tallyman.cli.daemon;

import dev.tallyman.agent.Agent;
import dev.tallyman.agent.AgentConfig;
import dev.tallyman.cli.daemon.Daemon.StartFailure;
import dev.tallyman.cli.process.Host;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The node's agent within this process, for as long as an {@code up} lives. It has the name, the
 * folder and the socket that an agent of its own process would have, so that there is one of them
 * at most and every command finds it; but no control plane, no manifests and no metrics.
 */
public final class ForegroundAgent implements AutoCloseable {

  private final Agent agent;

  private ForegroundAgent(Agent agent) {
    this.agent = agent;
  }

  /**
   * Starts one with the settings of this node's agent.
   *
   * @param otherEnvironment names that begin with {@code TALLYMAN_} and belong to other commands
   * @param socket its socket
   * @param onDefect called when it cannot go on
   * @throws StartFailure when it cannot have its folder or its socket
   * @throws dev.tallyman.cli.process.CommandFailure when the settings cannot be used
   */
  public static ForegroundAgent start(
      Host host, Predicate<String> otherEnvironment, Path socket, Runnable onDefect) {
    AgentConfig settings = NodeSettings.read(host, otherEnvironment);
    AgentConfig config =
        new AgentConfig(
            settings.node(),
            settings.stateDir(),
            Optional.empty(),
            Optional.empty(),
            socket,
            Optional.empty(),
            AgentConfig.PerWorkload.OFF,
            settings.runtimes(),
            settings.apple(),
            settings.launchesAtOnce(),
            settings.deadlines(),
            AgentConfig.OnShutdown.LEAVE);
    try {
      return new ForegroundAgent(Agent.start(config, onDefect));
    } catch (Agent.StartException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /** Ends it. What runs goes on. */
  @Override
  public void close() {
    agent.close();
  }
}
