package dev.tallyman.cli.sweep;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.state.Loaded;
import dev.tallyman.agent.state.StateDirectory;
import dev.tallyman.agent.state.StateException;
import dev.tallyman.cli.process.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the node's agent remembers of stacks. While it is held no agent can start that would bring
 * back what is being removed.
 */
final class Memory implements AutoCloseable {

  private final Optional<StateDirectory> state;

  private Memory(Optional<StateDirectory> state) {
    this.state = state;
  }

  /**
   * Takes hold of it.
   *
   * @throws CommandFailure when an agent holds it, or it cannot be read
   */
  static Memory hold(Path folder) {
    if (!Files.isDirectory(folder)) {
      return new Memory(Optional.empty());
    }
    try {
      return new Memory(
          Optional.of(StateDirectory.open(folder, InstantSource.system(), new SecureRandom())));
    } catch (StateException e) {
      throw failure(e);
    }
  }

  /** The stacks that the agent would bring back. */
  Set<String> stacks() {
    Set<String> stacks = new TreeSet<>();
    desired().ifPresent(known -> known.desired().forEach(one -> stacks.add(one.stack())));
    return stacks;
  }

  /** Wants nothing of a stack any more. */
  void forget(String stack) {
    Optional<FeedState> before = desired();
    if (state.isEmpty() || before.isEmpty()) {
      return;
    }
    FeedState known = before.get();
    List<Desired> kept =
        known.desired().stream().filter(one -> !one.stack().equals(stack)).toList();
    if (kept.size() < known.desired().size()) {
      try {
        state
            .get()
            .saveDesired(new FeedState(known.feed(), known.storeId(), known.revision() + 1, kept));
      } catch (StateException e) {
        throw failure(e);
      }
    }
  }

  private Optional<FeedState> desired() {
    if (state.isEmpty()) {
      return Optional.empty();
    }
    try {
      return switch (state.get().loadDesired(FeedNames.STACKS)) {
        case Loaded.Present<FeedState>(FeedState known) -> Optional.of(known);
        case Loaded.Absent<FeedState> _, Loaded.SetAside<FeedState> _ -> Optional.empty();
      };
    } catch (StateException e) {
      throw failure(e);
    }
  }

  private static CommandFailure failure(StateException e) {
    return CommandFailure.failed(String.valueOf(e.getMessage()));
  }

  @Override
  public void close() {
    state.ifPresent(StateDirectory::close);
  }
}
