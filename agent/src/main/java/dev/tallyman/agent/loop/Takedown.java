package dev.tallyman.agent.loop;

import dev.tallyman.runtime.InstanceState;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Everything is taken down because the agent ends: whether that has begun, and what is still up.
 * For the Reconciler's thread.
 */
final class Takedown {

  private Optional<Consumer<Set<String>>> listener = Optional.empty();
  private Optional<Set<String>> told = Optional.empty();

  /** From now on what is left is told to this one. */
  void begin(Consumer<Set<String>> left) {
    listener = Optional.of(left);
    told = Optional.empty();
  }

  boolean isUnderWay() {
    return listener.isPresent();
  }

  /** Tells what is left, if that is not what was told before. Costs nothing before it began. */
  void tell(Collection<Entry> entries, Set<String> seen) {
    if (listener.isEmpty()) {
      return;
    }
    Set<String> left =
        entries.stream()
            .filter(entry -> isLeft(entry, seen))
            .map(Takedown::name)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!told.equals(Optional.of(left))) {
      told = Optional.of(left);
      listener.get().accept(Set.copyOf(left));
    }
  }

  /**
   * What cannot be seen cannot be waited for, and what nobody is known to want is none of it: both
   * are left as they are.
   */
  private static boolean isLeft(Entry entry, Set<String> seen) {
    return entry.inFlight.isPresent()
        || (entry.workload().isPresent()
            && entry.present().stream()
                .anyMatch(p -> seen.contains(p.runtime()) && isUp(p.instance().state())));
  }

  private static boolean isUp(InstanceState state) {
    return switch (state) {
      case InstanceState.Running _, InstanceState.Paused _ -> true;
      case InstanceState.Created _, InstanceState.Exited _, InstanceState.Broken _ -> false;
    };
  }

  private static String name(Entry entry) {
    return entry.status.map(status -> status.stack() + "/" + status.name()).orElse(entry.uid);
  }
}
