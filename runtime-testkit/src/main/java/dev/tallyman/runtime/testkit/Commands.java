package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.ExecResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What commands inside instances do. The most particular entry counts: command of a uid, the uid,
 * the command; what has none ends at once with exit code 0 and no output.
 *
 * <p>Several outcomes in one entry are taken in turn, and the last for ever. Any thread may use
 * this at any time; an entry counts from the next command on.
 */
public final class Commands {

  /**
   * What a command does.
   *
   * @param needs how long it takes
   */
  public record Outcome(ExecResult result, Duration needs) {
    public Outcome {
      requireNonNull(result, "result");
      requireNonNull(needs, "needs");
    }

    /** Ends at once. */
    public static Outcome exits(int exitCode, String output) {
      return new Outcome(new ExecResult(exitCode, output), Duration.ZERO);
    }

    /** The same, but it takes so long. */
    public Outcome after(Duration time) {
      return new Outcome(result, time);
    }
  }

  private record Key(Optional<String> uid, List<String> command) {}

  private final EngineLock lock;
  private final Map<Key, List<Outcome>> outcomes = new HashMap<>();
  private final Map<Key, Integer> taken = new HashMap<>();

  Commands(EngineLock lock) {
    this.lock = lock;
  }

  /** All commands inside a workload's instance. */
  public Commands ofUid(String uid, Outcome... inTurn) {
    return put(new Key(Optional.of(uid), List.of()), inTurn);
  }

  /** A command inside whatever instance. */
  public Commands ofCommand(List<String> command, Outcome... inTurn) {
    return put(new Key(Optional.empty(), List.copyOf(command)), inTurn);
  }

  /** A command inside a workload's instance. */
  public Commands of(String uid, List<String> command, Outcome... inTurn) {
    return put(new Key(Optional.of(uid), List.copyOf(command)), inTurn);
  }

  /** What a command does now; called with the lock held. */
  Outcome next(String uid, List<String> command) {
    return Stream.of(
            new Key(Optional.of(uid), command),
            new Key(Optional.of(uid), List.of()),
            new Key(Optional.empty(), command))
        .filter(outcomes::containsKey)
        .findFirst()
        .map(key -> {
          List<Outcome> inTurn = outcomes.getOrDefault(key, List.of());
          int turn = taken.merge(key, 1, Integer::sum) - 1;
          return inTurn.get(Math.min(turn, inTurn.size() - 1));
        })
        .orElseGet(() -> Outcome.exits(0, ""));
  }

  private Commands put(Key key, Outcome... inTurn) {
    if (inTurn.length == 0) {
      throw new IllegalArgumentException("outcomes of " + key + ": none (expected: 1 or more)");
    }
    lock.run(() -> {
      outcomes.put(key, new ArrayList<>(List.of(inTurn)));
      taken.remove(key);
    });
    return this;
  }
}
