package dev.tallyman.cli.survival;

import java.util.Optional;

/** What is done to a node and its surroundings. */
enum Fault {
  AGENT_KILLED(Needs.NOTHING),
  CONTROL_PLANE_KILLED(Needs.NOTHING),
  BOTH_KILLED(Needs.NOTHING),
  /** Its daemon is killed, and returns after a while. */
  ENGINE_KILLED(Needs.PRIVATE_ENGINE),
  /** The same, and the agent is killed while the engine is away. */
  ENGINE_AND_AGENT_KILLED(Needs.PRIVATE_ENGINE),
  /** The control plane loses its data. */
  STORE_EMPTIED(Needs.NOTHING),
  /** Nothing passes between agent and control plane for a while. */
  PARTITION(Needs.ENCLOSURE),
  /** The same, and the agent is killed meanwhile. */
  PARTITION_AND_AGENT_KILLED(Needs.ENCLOSURE),
  /** The agent's disk is full for a while. */
  DISK_FULL(Needs.ENCLOSURE),
  /** The same, and the agent is killed meanwhile. */
  DISK_FULL_AND_AGENT_KILLED(Needs.ENCLOSURE),
  /** The state directory is lost between two agents. */
  STATE_DELETED(Needs.NOTHING),
  /** The state directory is lost while the agent runs; some time later that is killed. */
  STATE_DELETED_UNDER_THE_AGENT(Needs.NOTHING);

  private enum Needs {
    NOTHING,
    PRIVATE_ENGINE,
    ENCLOSURE
  }

  private final Needs needs;

  Fault(Needs needs) {
    this.needs = needs;
  }

  /** Why it cannot be done in a scene. */
  Optional<String> obstacle(Scene scene, TestEngine engine) {
    return switch (needs) {
      case NOTHING -> Optional.empty();
      case PRIVATE_ENGINE -> engine.immortal();
      case ENCLOSURE -> scene.unenclosed();
    };
  }
}
