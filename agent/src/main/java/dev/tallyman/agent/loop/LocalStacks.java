package dev.tallyman.agent.loop;

import dev.tallyman.agent.inbox.Message.StackAnswer;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * The stacks that were handed over on the node's own socket. The agent itself keeps what is wanted
 * of them, so an answer is given only when that is on disk.
 *
 * <p>An agent that lost its disk does not know which of these stacks it had: until nothing of
 * unknown stacks is left at its runtimes, only those that were spoken of since are known.
 */
final class LocalStacks {

  /** What a stack's new form changes. */
  record Change(List<Desired> upserts, Set<Entry> removed) {
    boolean isNothing() {
      return upserts.isEmpty() && removed.isEmpty();
    }

    StackAnswer.Done answer() {
      return new StackAnswer.Done(
          upserts.stream().map(Desired::uid).toList(),
          removed.stream().map(entry -> entry.uid).sorted().toList());
    }
  }

  private record Waiting(StackAnswer.Done answer, CompletableFuture<StackAnswer> reply) {}

  private final Set<String> settled = new HashSet<>();
  private final TreeMap<Long, List<Waiting>> waiting = new TreeMap<>();

  /** Why a stack cannot be taken over as it is; empty if it can. */
  static Optional<String> refusal(
      String stack, List<Desired> desired, Set<Entry> members, Map<String, Entry> entries) {
    Optional<Entry> foreign =
        members.stream()
            .filter(e -> e.desired().isPresent() && !e.feed().equals(FeedNames.STACKS))
            .findFirst();
    if (foreign.isPresent()) {
      return Optional.of(
          "stack: "
              + stack
              + " (expected: one that no other feed has; feed "
              + foreign.get().feed()
              + " has it)");
    }
    return desired.stream()
        .flatMap(d -> Optional.ofNullable(entries.get(d.uid())).stream())
        .filter(e -> e.desired().isPresent() && !members.contains(e))
        .findFirst()
        .map(e -> "uid: " + e.uid + " (expected: one that is not in use in another stack)");
  }

  /** What is different from what the members are. */
  static Change change(List<Desired> desired, Set<Entry> members, Map<String, Entry> entries) {
    List<Desired> upserts = new ArrayList<>();
    Set<String> named = new HashSet<>();
    for (Desired one : desired) {
      named.add(one.uid());
      Optional<Desired> before =
          Optional.ofNullable(entries.get(one.uid())).flatMap(Entry::desired);
      Desired numbered = one.after(before);
      if (before.filter(numbered::equals).isEmpty()) {
        upserts.add(numbered);
      }
    }
    Set<Entry> removed = new HashSet<>(members);
    removed.removeIf(e ->
        e.desired()
            .map(d ->
                switch (d) {
                  case Desired.Wanted _, Desired.Refused _ -> named.contains(e.uid);
                  case Desired.Outgoing outgoing ->
                      named.contains(e.uid) || named.contains(outgoing.successor());
                })
            .orElse(true));
    return new Change(List.copyOf(upserts), Set.copyOf(removed));
  }

  /** Somebody has said what is wanted of this stack. */
  void settle(String stack) {
    settled.add(stack);
  }

  /** Whether somebody has said, since the agent started, what is wanted of this stack. */
  boolean isSettled(String stack) {
    return settled.contains(stack);
  }

  /** Whether nothing is left at the runtimes of which nobody has said whether it is wanted. */
  static boolean isWhole(Iterable<Entry> entries, Predicate<Entry> isSettled) {
    for (Entry entry : entries) {
      boolean open =
          entry.desired().isEmpty()
              && !entry.present().isEmpty()
              && entry.origin().filter(FeedNames.STACKS::equals).isPresent()
              && !isSettled.test(entry);
      if (open) {
        return false;
      }
    }
    return true;
  }

  /** Answers when this revision is on disk. */
  void answerWhenSaved(
      long revision, StackAnswer.Done answer, CompletableFuture<StackAnswer> reply) {
    waiting.computeIfAbsent(revision, _ -> new ArrayList<>(1)).add(new Waiting(answer, reply));
  }

  /** This revision is on disk. */
  void saved(long revision) {
    Map<Long, List<Waiting>> done = waiting.headMap(revision, true);
    done.values().forEach(list -> list.forEach(w -> w.reply().complete(w.answer())));
    done.clear();
  }

  /** What was taken over could not be written. */
  void saveFailed(String why) {
    waiting
        .values()
        .forEach(list ->
            list.forEach(w ->
                w.reply()
                    .complete(
                        new StackAnswer.Refused(
                            StackAnswer.Kind.NOT_SAVED,
                            "The stack was taken over, but would not outlive the agent: " + why))));
    waiting.clear();
  }
}
