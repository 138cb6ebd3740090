package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.Dependency;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.DependencyView;
import dev.tallyman.agent.plan.DependencyView.Standing;
import dev.tallyman.agent.plan.Neighbours;
import dev.tallyman.agent.plan.Neighbours.Demand;
import dev.tallyman.agent.plan.Neighbours.Predecessor;
import dev.tallyman.agent.plan.Situation.Mode;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who depends on whom. Workloads know each other by name within their stack; an entry that nobody
 * wants any more keeps its place by what its instance says of itself.
 *
 * <p>Only the loop's thread touches it. Looking at one entry costs time proportional to those that
 * it depends on, directly or not, and to those that depend on it directly.
 */
final class Stacks {

  /** A name within a stack. */
  record Name(String stack, String workload) {}

  /** Who has a name, and who depends on whoever has it. */
  private static final class Seat {
    final Name name;
    final List<Entry> holders = new ArrayList<>(1);
    final List<Entry> dependants = new ArrayList<>(0);

    Seat(Name name) {
      this.name = name;
    }
  }

  /** Where an entry belongs. */
  static final class Place {
    private final Seat seat;
    private final Set<String> dependencies;

    private Place(Seat seat, Set<String> dependencies) {
      this.seat = seat;
      this.dependencies = dependencies;
    }

    private String stack() {
      return seat.name.stack();
    }
  }

  private final Map<Name, Seat> seats = new HashMap<>();
  private final Map<String, Set<Entry>> members = new HashMap<>();

  /**
   * Takes in where an entry belongs now.
   *
   * @return its neighbours of before and of now, if that is elsewhere than before
   */
  Optional<Set<Entry>> update(Entry entry) {
    Optional<Instance> instance =
        entry.present().isEmpty()
            ? Optional.empty()
            : Optional.of(entry.present().getFirst().instance());
    Optional<Name> name =
        entry
            .desired()
            .map(d -> new Name(d.stack(), d.name()))
            .or(() -> instance.map(i -> new Name(i.stack(), i.workload())));
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Set<String> dependencies = dependencies(entry, instance);
    boolean same =
        entry
            .place
            .filter(p -> p.seat.name.equals(name.get()) && p.dependencies.equals(dependencies))
            .isPresent();
    if (same) {
      return Optional.empty();
    }
    Set<Entry> affected = neighbours(entry);
    remove(entry);
    Place place = new Place(seat(name.get()), dependencies);
    entry.place = Optional.of(place);
    members.computeIfAbsent(place.stack(), _ -> new LinkedHashSet<>()).add(entry);
    place.seat.holders.add(entry);
    dependencies.forEach(d -> seat(new Name(place.stack(), d)).dependants.add(entry));
    affected.addAll(neighbours(entry));
    return Optional.of(affected);
  }

  private static Set<String> dependencies(Entry entry, Optional<Instance> instance) {
    List<String> names =
        entry.workload().isPresent()
            ? entry.workload().get().dependencies().stream().map(Dependency::workload).toList()
            : instance.map(Instance::dependencies).orElse(List.of());
    return names.isEmpty() ? Set.of() : new TreeSet<>(names);
  }

  private Seat seat(Name name) {
    return seats.computeIfAbsent(name, Seat::new);
  }

  /** Forgets an entry. */
  void remove(Entry entry) {
    if (entry.place.isEmpty()) {
      return;
    }
    Place place = entry.place.get();
    entry.place = Optional.empty();
    Set<Entry> stack = members.getOrDefault(place.stack(), Set.of());
    stack.remove(entry);
    if (stack.isEmpty()) {
      members.remove(place.stack());
    }
    place.seat.holders.remove(entry);
    forgetIfEmpty(place.seat);
    for (String dependency : place.dependencies) {
      Seat seat = seat(new Name(place.stack(), dependency));
      seat.dependants.remove(entry);
      forgetIfEmpty(seat);
    }
  }

  private void forgetIfEmpty(Seat seat) {
    if (seat.holders.isEmpty() && seat.dependants.isEmpty()) {
      seats.remove(seat.name);
    }
  }

  private List<Entry> holders(Name name) {
    return Optional.ofNullable(seats.get(name)).map(seat -> seat.holders).orElse(List.of());
  }

  /** The stack that an entry belongs to, if that is known. */
  static Optional<String> stackOf(Entry entry) {
    return entry.place.map(Place::stack);
  }

  /** Whether anything belongs to the stack. */
  boolean isKnown(String stack) {
    return members.containsKey(stack);
  }

  /** All entries that belong to a stack. */
  Set<Entry> members(String stack) {
    return Set.copyOf(members.getOrDefault(stack, Set.of()));
  }

  /** The runtime that has those of its stack with which it shares networks, if some are placed. */
  Optional<String> siblingsRuntime(Entry entry) {
    if (!entry.sharesNetworks()) {
      return Optional.empty();
    }
    return stackOf(entry).stream()
        .flatMap(stack -> members.getOrDefault(stack, Set.of()).stream())
        .filter(other -> !other.equals(entry) && other.sharesNetworks())
        .flatMap(other -> other.history().flatMap(History::runtime).stream())
        .findFirst();
  }

  /** Those whose decisions may change when this entry does. */
  Set<Entry> neighbours(Entry entry) {
    Set<Entry> neighbours = new HashSet<>();
    entry.place.ifPresent(place -> {
      neighbours.addAll(place.seat.dependants);
      place.dependencies.forEach(d -> neighbours.addAll(holders(new Name(place.stack(), d))));
    });
    neighbours.remove(entry);
    return neighbours;
  }

  /** Whether no decision for another one depends on this one. */
  static boolean isAlone(Entry entry) {
    return entry.place.isEmpty() || isAlone(entry, entry.place.get());
  }

  /** Those that run until this one has taken their place. */
  static List<Entry> predecessors(Entry entry) {
    return namesakes(entry).filter(other -> other.isOutgoingFor(entry.uid)).toList();
  }

  /** Others of the same name in the same stack: those that come in its place, or it in theirs. */
  static Stream<Entry> namesakes(Entry entry) {
    return entry.place.stream()
        .flatMap(place -> place.seat.holders.stream())
        .filter(other -> !other.equals(entry));
  }

  /** What a decision for the entry must know of the others. */
  Neighbours of(Entry entry, Mode mode) {
    if (isAlone(entry)) {
      return Neighbours.NONE;
    }
    Place place = entry.place.orElseThrow();
    List<DependencyView> views =
        entry.workload().stream()
            .flatMap(w -> w.dependencies().stream())
            .map(d -> Face.view(d, holder(new Name(place.stack(), d.workload()))))
            .toList();
    Set<String> later = new TreeSet<>();
    for (Entry dependant : place.seat.dependants) {
      if (!dependant.equals(entry) && mustGoFirst(entry, dependant, mode)) {
        dependant.place.ifPresent(p -> later.add(p.seat.name.workload()));
      }
    }
    Optional<String> cycle =
        views.isEmpty()
            ? Optional.empty()
            : path(place, place.seat.name).map(way -> String.join(" -> ", way));
    Predecessor predecessor = predecessors(entry).isEmpty() ? Predecessor.NONE : Predecessor.RUNS;
    Demand demand = demand(entry, place);
    return views.isEmpty()
            && later.isEmpty()
            && predecessor == Predecessor.NONE
            && demand == Demand.NONE
        ? Neighbours.NONE
        : new Neighbours(views, cycle, later, predecessor, demand);
  }

  private static Demand demand(Entry entry, Place place) {
    List<Entry> wanted =
        place.seat.dependants.stream()
            .filter(dependant -> !dependant.equals(entry) && dependant.desired().isPresent())
            .toList();
    if (wanted.isEmpty()) {
      return Demand.NONE;
    }
    return wanted.stream().allMatch(Stacks::hasEnded) ? Demand.OVER : Demand.PRESENT;
  }

  /** By what is remembered, for a status there is only once it was looked at. */
  private static boolean hasEnded(Entry entry) {
    return entry.workload().isPresent()
        && entry
            .history()
            .filter(history -> history.outcome().isPresent())
            .filter(h -> h.specHash().equals(entry.workload().get().specHash()))
            .isPresent();
  }

  /** Whether it neither depends on others nor they on it, and nobody has its name too. */
  private static boolean isAlone(Entry entry, Place place) {
    return place.dependencies.isEmpty()
        && place.seat.dependants.isEmpty()
        && place.seat.holders.size() <= 1
        && (entry.workload().isEmpty() || entry.workload().get().dependencies().isEmpty());
  }

  private boolean mustGoFirst(Entry entry, Entry dependant, Mode mode) {
    boolean goes =
        entry.desired().isEmpty()
            ? dependant.desired().isEmpty()
                && (!dependant.present().isEmpty() || mayBeStarting(dependant))
            : mode != Mode.SERVING
                && (dependant.present().stream().anyMatch(p -> isUp(p.instance().state()))
                    || mayBeStarting(dependant));
    // Those that depend on each other in a circle would wait for each other for ever.
    return goes
        && entry
            .place
            .flatMap(from -> dependant.place.flatMap(to -> path(from, to.seat.name)))
            .isEmpty();
  }

  /** Whether an instance of it may come up that nobody has seen yet. */
  private static boolean mayBeStarting(Entry entry) {
    return entry.unsureAt().isPresent()
        || entry
            .inFlight
            .map(Entry.InFlight::action)
            .filter(action ->
                switch (action) {
                  case Action.Launch _, Action.Start _, Action.Restart _ -> true;
                  case Action.Stop _, Action.Retire _ -> false;
                })
            .isPresent();
  }

  private static boolean isUp(InstanceState state) {
    return switch (state) {
      case InstanceState.Running _, InstanceState.Paused _ -> true;
      case InstanceState.Created _, InstanceState.Exited _, InstanceState.Broken _ -> false;
    };
  }

  /** The way from a place along dependencies to a name, with both ends. */
  private Optional<List<String>> path(Place from, Name goal) {
    Deque<Place> open = new ArrayDeque<>();
    Map<String, String> cameFrom = new HashMap<>();
    open.add(from);
    while (!open.isEmpty()) {
      Place place = open.remove();
      String name = place.seat.name.workload();
      for (String next : place.dependencies) {
        if (next.equals(goal.workload())) {
          return Optional.of(way(from.seat.name.workload(), name, next, cameFrom));
        }
        if (cameFrom.putIfAbsent(next, name) == null) {
          holder(new Name(goal.stack(), next)).flatMap(holder -> holder.place).ifPresent(open::add);
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> way(
      String begin, String last, String goal, Map<String, String> cameFrom) {
    Deque<String> way = new ArrayDeque<>(List.of(goal));
    String step = last;
    while (!step.equals(begin)) {
      way.addFirst(step);
      step = cameFrom.getOrDefault(step, begin);
    }
    way.addFirst(begin);
    return List.copyOf(way);
  }

  /**
   * Whoever has the name. Of several: the one that is wanted; and while one takes the place of
   * another, the other until the one can be used.
   */
  private Optional<Entry> holder(Name name) {
    List<Entry> all = holders(name);
    if (all.size() <= 1) {
      return all.stream().findFirst();
    }
    Optional<Entry> outgoing = all.stream().filter(Stacks::isOutgoing).findFirst();
    Optional<Entry> wanted =
        all.stream().filter(e -> e.desired().isPresent() && !isOutgoing(e)).findFirst();
    boolean usable =
        wanted.filter(e -> Face.standing(e) == Standing.HEALTHY).isPresent() || outgoing.isEmpty();
    return (usable ? wanted : outgoing).or(() -> all.stream().findFirst());
  }

  private static boolean isOutgoing(Entry entry) {
    return entry.desired().filter(Desired.Outgoing.class::isInstance).isPresent();
  }
}
