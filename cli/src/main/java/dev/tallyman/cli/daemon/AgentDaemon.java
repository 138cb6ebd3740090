package dev.tallyman.cli.daemon;

import dev.tallyman.agent.Agent;
import dev.tallyman.agent.AgentConfig;
import dev.tallyman.agent.AgentConfig.OnShutdown;
import dev.tallyman.agent.AgentSettings;
import dev.tallyman.agent.Vitals;
import dev.tallyman.config.Setting;
import dev.tallyman.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent of a node. */
public final class AgentDaemon implements Daemon {

  private static final Logger log = LoggerFactory.getLogger(AgentDaemon.class);

  private static final int MAX_NAMES = 10;

  @Override
  public String name() {
    return "agent";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Run this node's agent: it keeps the workloads running that the control plane wants here.",
        "When it ends the workloads run on, unless --on-shutdown says otherwise, and it finds them"
            + " again.");
  }

  @Override
  public List<Setting<?>> settings() {
    return AgentSettings.all();
  }

  @Override
  public Running start(Settings settings, Runnable onDefect) {
    try {
      AgentConfig config = AgentConfig.of(settings);
      return new Working(Agent.start(config, onDefect), config.onShutdown());
    } catch (Agent.StartException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private record Working(Agent agent, OnShutdown onShutdown) implements Running {
    @Override
    public Optional<Pulse> pulse() {
      return Optional.of(new LoopPulse(agent.vitals()));
    }

    @Override
    public void stop(Consumer<String> progress) {
      switch (onShutdown) {
        case LEAVE -> {}
        case STOP -> takeDown(progress);
      }
      agent.close();
    }

    private void takeDown(Consumer<String> progress) {
      log.info("Workloads are stopped, because on-shutdown is stop");
      Set<String> left = agent.stopWorkloads(names -> progress.accept(sentence(names)));
      if (left.isEmpty()) {
        log.info("All workloads have stopped; the next agent starts them again");
      } else {
        log.warn("{} and are left to run; the next agent finds them", sentence(left));
      }
    }

    private static String sentence(Set<String> names) {
      return "%d workloads are still to be stopped: %s%s"
          .formatted(
              names.size(),
              names.stream().sorted().limit(MAX_NAMES).collect(Collectors.joining(", ")),
              names.size() > MAX_NAMES ? ", ..." : "");
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
