package dev.tallyman.agent.roster;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.ContainerRuntime;
import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.apple.AppleProbe;
import dev.tallyman.runtime.apple.AppleRuntime;
import dev.tallyman.runtime.apple.AppleSettings;
import dev.tallyman.runtime.apple.events.Poller;
import dev.tallyman.runtime.apple.system.SystemStarter.Permission;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How Apple's container is used on this node.
 *
 * @param command its command: a path, or a name to be found on PATH
 * @param appRoot where its system service keeps containers; empty for what it says itself
 * @param permission whether the agent may start the system service
 * @param state directory for what must outlive the agent
 */
public record AppleUse(String command, Optional<Path> appRoot, Permission permission, Path state) {

  public AppleUse {
    requireNonNull(command, "command");
    requireNonNull(appRoot, "appRoot");
    requireNonNull(permission, "permission");
    requireNonNull(state, "state");
  }

  /**
   * A runtime that is to be connected, whether or not it answers yet.
   *
   * @param name the runtime's name
   * @param command its command
   */
  public record Wanted(String name, String command) {
    public Wanted {
      requireNonNull(name, "name");
      requireNonNull(command, "command");
    }
  }

  /**
   * The runtimes on Apple's container that a node has: those that are configured; where nothing is
   * configured, one on a Mac that has the command.
   *
   * @param os as Java calls it
   * @param path where commands are looked for
   */
  public List<Wanted> wanted(List<RuntimeChoice> choices, String os, String path) {
    List<Wanted> wanted = new ArrayList<>();
    for (RuntimeChoice choice : choices) {
      choice
          .appleCommand()
          .or(() ->
              choice.address().isEmpty() && choice.name().equals(AppleRuntime.KIND)
                  ? Optional.of(command)
                  : Optional.empty())
          .ifPresent(found -> wanted.add(new Wanted(choice.name(), found)));
    }
    if (choices.isEmpty()
        && os.toLowerCase(Locale.ROOT).startsWith("mac")
        && AppleProbe.find(command, path).isPresent()) {
      wanted.add(new Wanted(AppleRuntime.KIND, command));
    }
    return List.copyOf(wanted);
  }

  /** The same on this host. */
  public List<Wanted> wantedHere(List<RuntimeChoice> choices) {
    return wanted(
        choices, System.getProperty("os.name", ""), System.getenv().getOrDefault("PATH", ""));
  }

  /** Connects one. */
  public ContainerRuntime connect(
      Wanted wanted, String node, Deadlines deadlines, InstantSource clock) {
    Map<String, String> environment = System.getenv();
    return new AppleRuntime(
        wanted.name(),
        node,
        new AppleSettings(
            wanted.command(),
            appRoot,
            permission,
            state.resolve(wanted.name()),
            Poller.Pace.DEFAULT),
        deadlines,
        clock,
        RandomGenerator.getDefault(),
        environment);
  }
}
