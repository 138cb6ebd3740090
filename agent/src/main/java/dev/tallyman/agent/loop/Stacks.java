package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.plan.Action;
import dev.tallyman.agent.plan.DependencyView;
import dev.tallyman.agent.plan.DependencyView.Standing;
import dev.tallyman.agent.plan.Neighbours;
import dev.tallyman.agent.plan.Neighbours.Demand;
import dev.tallyman.agent.plan.Neighbours.Predecessor;
import dev.tallyman.agent.plan.Observed.Present;
import dev.tallyman.agent.plan.Situation.Mode;
import dev.tallyman.runtime.Instance;
import dev.tallyman.runtime.InstanceState;
import dev.tallyman.runtime.Networking;
import java.util.ArrayDeque;
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
  private record Name(String stack, String workload) {}

  private record Place(Name name, Set<String> dependencies) {}

  private final Map<Entry, Place> places = new HashMap<>();
  private final Map<Name, Set<Entry>> holders = new HashMap<>();
  private final Map<Name, Set<Entry>> dependants = new HashMap<>();
  private final Map<String, Set<Entry>> members = new HashMap<>();

  /**
   * Takes in where an entry belongs now.
   *
   * @return its neighbours of before and of now, if that is elsewhere than before
   */
  Optional<Set<Entry>> update(Entry entry) {
    Optional<Place> now = place(entry);
    Optional<Place> before = Optional.ofNullable(places.get(entry));
    if (now.isEmpty() || now.equals(before)) {
      return Optional.empty();
    }
    Set<Entry> affected = neighbours(entry);
    remove(entry);
    Place place = now.get();
    places.put(entry, place);
    members.computeIfAbsent(place.name().stack(), _ -> new LinkedHashSet<>()).add(entry);
    holders.computeIfAbsent(place.name(), _ -> new LinkedHashSet<>(2)).add(entry);
    place
        .dependencies()
        .forEach(dependency ->
            dependants
                .computeIfAbsent(
                    new Name(place.name().stack(), dependency), _ -> new LinkedHashSet<>(2))
                .add(entry));
    affected.addAll(neighbours(entry));
    return Optional.of(affected);
  }

  private static Optional<Place> place(Entry entry) {
    Optional<Instance> instance = entry.present().stream().map(Present::instance).findFirst();
    Set<String> dependencies = new TreeSet<>();
    entry
        .workload()
        .ifPresentOrElse(
            w -> w.dependencies().forEach(d -> dependencies.add(d.workload())),
            () -> instance.ifPresent(i -> dependencies.addAll(i.dependencies())));
    return entry
        .desired()
        .map(d -> new Name(d.stack(), d.name()))
        .or(() -> instance.map(i -> new Name(i.stack(), i.workload())))
        .map(name -> new Place(name, dependencies));
  }

  /** Forgets an entry. */
  void remove(Entry entry) {
    Optional.ofNullable(places.remove(entry))
        .ifPresent(place -> {
          take(members, place.name().stack(), entry);
          take(holders, place.name(), entry);
          place
              .dependencies()
              .forEach(d -> take(dependants, new Name(place.name().stack(), d), entry));
        });
  }

  private static <K> void take(Map<K, Set<Entry>> index, K key, Entry entry) {
    Set<Entry> entries = index.getOrDefault(key, Set.of());
    if (entries.remove(entry) && entries.isEmpty()) {
      index.remove(key);
    }
  }

  /** The stack that an entry belongs to, if that is known. */
  Optional<String> stackOf(Entry entry) {
    return Optional.ofNullable(places.get(entry)).map(place -> place.name().stack());
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
    if (!sharesNetworks(entry)) {
      return Optional.empty();
    }
    return stackOf(entry).stream()
        .flatMap(stack -> members.getOrDefault(stack, Set.of()).stream())
        .filter(other -> !other.equals(entry) && sharesNetworks(other))
        .flatMap(other -> other.history.flatMap(History::runtime).stream())
        .findFirst();
  }

  private static boolean sharesNetworks(Entry entry) {
    return entry
        .workload()
        .map(w ->
            switch (w.spec().surroundings().networking().mode()) {
              case Networking.Attached _, Networking.SharedWith _ -> true;
              case Networking.Engine _, Networking.None _, Networking.Host _ -> false;
            })
        .orElse(false);
  }

  /** Those whose decisions may change when this entry does. */
  Set<Entry> neighbours(Entry entry) {
    Optional<Place> place = Optional.ofNullable(places.get(entry));
    Set<Entry> neighbours = new HashSet<>();
    place.ifPresent(p -> {
      neighbours.addAll(dependants.getOrDefault(p.name(), Set.of()));
      p.dependencies()
          .forEach(d ->
              neighbours.addAll(holders.getOrDefault(new Name(p.name().stack(), d), Set.of())));
    });
    neighbours.remove(entry);
    return neighbours;
  }

  /** Whether no decision for another one depends on this one. */
  boolean isAlone(Entry entry) {
    return Optional.ofNullable(places.get(entry)).map(place -> isAlone(entry, place)).orElse(true);
  }

  /** Those that run until this one has taken their place. */
  List<Entry> predecessors(Entry entry) {
    return namesakes(entry).filter(other -> other.isOutgoingFor(entry.uid)).toList();
  }

  /** Others of the same name in the same stack: those that come in its place, or it in theirs. */
  Stream<Entry> namesakes(Entry entry) {
    return Optional.ofNullable(places.get(entry)).stream()
        .flatMap(place -> holders.getOrDefault(place.name(), Set.of()).stream())
        .filter(other -> !other.equals(entry));
  }

  /** What a decision for the entry must know of the others. */
  Neighbours of(Entry entry, Mode mode) {
    Optional<Place> place = Optional.ofNullable(places.get(entry));
    if (place.isEmpty()) {
      return Neighbours.NONE;
    }
    Name name = place.get().name();
    if (isAlone(entry, place.get())) {
      return Neighbours.NONE;
    }
    List<DependencyView> views =
        entry.workload().stream()
            .flatMap(w -> w.dependencies().stream())
            .map(d -> Face.view(d, holder(new Name(name.stack(), d.workload()))))
            .toList();
    Set<String> later = new TreeSet<>();
    for (Entry dependant : dependants.getOrDefault(name, Set.of())) {
      if (!dependant.equals(entry) && mustGoFirst(entry, dependant, mode)) {
        Optional.ofNullable(places.get(dependant)).ifPresent(p -> later.add(p.name().workload()));
      }
    }
    Optional<String> cycle =
        views.isEmpty()
            ? Optional.empty()
            : path(place.get(), name).map(way -> String.join(" -> ", way));
    Predecessor predecessor = predecessors(entry).isEmpty() ? Predecessor.NONE : Predecessor.RUNS;
    Demand demand = demand(entry, name);
    return views.isEmpty()
            && later.isEmpty()
            && predecessor == Predecessor.NONE
            && demand == Demand.NONE
        ? Neighbours.NONE
        : new Neighbours(views, cycle, later, predecessor, demand);
  }

  private Demand demand(Entry entry, Name name) {
    List<Entry> wanted =
        dependants.getOrDefault(name, Set.of()).stream()
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
            .history
            .filter(history -> history.outcome().isPresent())
            .filter(history ->
                history
                    .rollout()
                    .inPlaceOf(entry.workload().get())
                    .orElse(entry.workload().get())
                    .specHash()
                    .equals(history.specHash()))
            .isPresent();
  }

  /** Whether it neither depends on others nor they on it, and nobody has its name too. */
  private boolean isAlone(Entry entry, Place place) {
    return place.dependencies().isEmpty()
        && !dependants.containsKey(place.name())
        && holders.getOrDefault(place.name(), Set.of()).size() <= 1
        && entry.workload().map(w -> w.dependencies().isEmpty()).orElse(true);
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
        && Optional.ofNullable(places.get(entry))
            .flatMap(from ->
                Optional.ofNullable(places.get(dependant)).flatMap(to -> path(from, to.name())))
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
      String name = place.name().workload();
      for (String next : place.dependencies()) {
        if (next.equals(goal.workload())) {
          return Optional.of(way(from.name().workload(), name, next, cameFrom));
        }
        if (cameFrom.putIfAbsent(next, name) == null) {
          holder(new Name(goal.stack(), next))
              .flatMap(holder -> Optional.ofNullable(places.get(holder)))
              .ifPresent(open::add);
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
    Set<Entry> all = holders.getOrDefault(name, Set.of());
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
