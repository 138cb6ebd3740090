package dev.tallyman.cli.daemon;

import dev.tallyman.agent.Agent;
import dev.tallyman.agent.AgentConfig;
import dev.tallyman.agent.AgentSettings;
import dev.tallyman.agent.Vitals;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The agent of a node. */
public final class AgentDaemon implements Daemon {

  @Override
  public String name() {
    return "agent";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Run this node's agent: it keeps the workloads running that the control plane wants here.",
        "When it ends the workloads run on, and it finds them again.");
  }

  @Override
  public List<Setting<?>> settings() {
    return AgentSettings.all();
  }

  @Override
  public Running start(Settings settings, Runnable onDefect) {
    try {
      return new Working(Agent.start(AgentConfig.of(settings), onDefect));
    } catch (Agent.StartException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private record Working(Agent agent) implements Running {
    @Override
    public Optional<Pulse> pulse() {
      return Optional.of(new LoopPulse(agent.vitals()));
    }

    @Override
    public void stop(Consumer<String> progress) {
      agent.close();
    }
  }

  private record LoopPulse(Vitals vitals) implements Pulse {
    @Override
    public boolean beats() {
      return vitals.isTurning();
    }

    @Override
    public String status() {
      return vitals.summary();
    }

    @Override
    public String whereItHangs() {
      return vitals.whereTheLoopIs();
    }
  }
}
