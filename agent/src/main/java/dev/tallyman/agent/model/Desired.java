package dev.tallyman.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** What a feed wants of one uid. */
public sealed interface Desired {

  /** The identity that it speaks of. */
  String uid();

  /** Name of the workload. */
  String name();

  /** Name of its stack. */
  String stack();

  /** The generation that it speaks of. */
  long generation();

  /** The same, at another generation. */
  Desired withGeneration(long newGeneration);

  /**
   * The same, numbered by a feed that counts generations itself: at the generation of what it
   * wanted before if nothing else is different, else at the next one.
   */
  default Desired after(Optional<Desired> before) {
    long generation = before.map(Desired::generation).orElse(0L);
    Desired same = withGeneration(generation);
    return before.filter(same::equals).isPresent() ? same : withGeneration(generation + 1);
  }

  /** What a feed itself says of a uid. */
  sealed interface Listed extends Desired {}

  /** It should run. */
  record Wanted(Workload workload) implements Listed {
    public Wanted {
      requireNonNull(workload, "workload");
    }

    @Override
    public String uid() {
      return workload.uid();
    }

    @Override
    public String name() {
      return workload.name();
    }

    @Override
    public String stack() {
      return workload.stack();
    }

    @Override
    public long generation() {
      return workload.generation();
    }

    @Override
    public Desired withGeneration(long newGeneration) {
      return new Wanted(workload.withGeneration(newGeneration));
    }
  }

  /**
   * The feed wants another one in its place, and it runs on until that one has proven itself.
   *
   * @param successor uid of the one that takes its place
   */
  record Outgoing(Workload workload, String successor) implements Desired {
    public Outgoing {
      requireNonNull(workload, "workload");
      requireNonNull(successor, "successor");
    }

    @Override
    public String uid() {
      return workload.uid();
    }

    @Override
    public String name() {
      return workload.name();
    }

    @Override
    public String stack() {
      return workload.stack();
    }

    @Override
    public long generation() {
      return workload.generation();
    }

    @Override
    public Desired withGeneration(long newGeneration) {
      return new Outgoing(workload.withGeneration(newGeneration), successor);
    }
  }

  /**
   * The feed wants something that breaks the contract. An instance that it has from a former
   * generation is left alone.
   *
   * @param reason one word, such as {@code InvalidSpec} or {@code DuplicateUid}
   * @param message every fault with its field, its value and what was expected
   */
  record Refused(
      String uid, String name, String stack, long generation, String reason, String message)
      implements Listed {
    public Refused {
      requireNonNull(uid, "uid");
      requireNonNull(name, "name");
      requireNonNull(stack, "stack");
      requireNonNull(reason, "reason");
      requireNonNull(message, "message");
    }

    @Override
    public Desired withGeneration(long newGeneration) {
      return new Refused(uid, name, stack, newGeneration, reason, message);
    }
  }
}
