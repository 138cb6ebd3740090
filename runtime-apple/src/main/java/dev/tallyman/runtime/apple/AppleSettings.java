package dev.tallyman.runtime.apple;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.apple.events.Poller;
import dev.tallyman.runtime.apple.system.SystemStarter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How Apple's container is used on this host.
 *
 * @param executable the command: a path, or a name to be found on PATH
 * @param appRoot where the system service keeps its containers; empty for what it says itself
 * @param permission whether the agent may start the system service
 * @param state directory of this runtime and node alone, for what must outlive the agent
 * @param pace how often the engine is asked for changes
 */
public record AppleSettings(
    String executable,
    Optional<Path> appRoot,
    SystemStarter.Permission permission,
    Path state,
    Poller.Pace pace) {

  /** The command's usual name. */
  public static final String COMMAND = "container";

  public AppleSettings {
    requireNonNull(executable, "executable");
    requireNonNull(appRoot, "appRoot");
    requireNonNull(permission, "permission");
    requireNonNull(state, "state");
    requireNonNull(pace, "pace");
  }

  /** The command on PATH, which may be started with its system service. */
  public static AppleSettings standard(Path state) {
    return new AppleSettings(
        COMMAND, Optional.empty(), SystemStarter.Permission.MAY_START, state, Poller.Pace.DEFAULT);
  }
}
