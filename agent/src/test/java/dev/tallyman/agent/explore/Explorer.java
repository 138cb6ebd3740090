package dev.tallyman.agent.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Walks every state of a {@link World}, those with fewer faults first and the nearest first among
 * them, so that the first violation that is met is told by the shortest story.
 *
 * <p>The agent in a state cannot be copied, and need not be: it is made again by making the same
 * moves, from the last moment at which none ran. Two states with the same {@link Digest} are one.
 *
 * <p>Each state has one next state that comes about when nothing more goes wrong and nobody wants
 * anything new. Following those must lead to where nothing is left to do, and all is as the {@link
 * Rules} say.
 */
final class Explorer {

  /** What was walked. */
  record Walk(
      Scenario scenario, int states, long transitions, int deepest, Optional<String> story) {}

  private static final class Node {
    final Digest.Key key;
    final Optional<Node> parent;
    final Optional<Move> move;
    final int faults;
    final int depth;
    Optional<World> asleep = Optional.empty();
    Optional<Digest.Key> next = Optional.empty();
    List<String> unsettled = List.of();
    boolean settles;

    Node(Digest.Key key, Optional<Node> parent, Optional<Move> move) {
      this.key = key;
      this.parent = parent;
      this.move = move;
      faults = parent.map(p -> p.faults).orElse(0) + move.map(Move::cost).orElse(0);
      depth = parent.map(p -> p.depth + 1).orElse(0);
    }
  }

  private final Scenario scenario;
  private final int mostStates;
  private final Map<Digest.Key, Node> nodes = new HashMap<>();
  private final List<Deque<Node>> open = new ArrayList<>();
  private long transitions;
  private int deepest;

  private Explorer(Scenario scenario, int mostStates) {
    this.scenario = scenario;
    this.mostStates = mostStates;
    for (int i = 0; i <= scenario.faults(); i++) {
      open.add(new ArrayDeque<>());
    }
  }

  /**
   * Walks a scenario until its end or the first violation.
   *
   * @throws IllegalStateException if it has more states than that
   */
  static Walk walk(Scenario scenario, int mostStates) {
    return new Explorer(scenario, mostStates).walk();
  }

  private Walk walk() {
    World begin = new World(scenario);
    Node first = new Node(Digest.of(begin), Optional.empty(), Optional.empty());
    first.asleep = Optional.of(begin);
    nodes.put(first.key, first);
    open.getFirst().add(first);
    List<Node> order = new ArrayList<>();
    for (Deque<Node> level : open) {
      for (Node node = level.poll(); node != null; node = level.poll()) {
        order.add(node);
        Optional<String> story = expand(node);
        if (story.isPresent()) {
          return result(story);
        }
      }
    }
    for (Node node : order) {
      Optional<String> story = follow(node);
      if (story.isPresent()) {
        return result(story);
      }
    }
    return result(Optional.empty());
  }

  private Walk result(Optional<String> story) {
    return new Walk(scenario, nodes.size(), transitions, deepest, story);
  }

  private Optional<String> expand(Node node) {
    World here = replay(node);
    if (!Digest.of(here).equals(node.key)) {
      throw new IllegalStateException("the same moves lead elsewhere:\n" + story(node, List.of()));
    }
    List<Move> moves = here.moves(scenario.faults() - node.faults);
    List<String> unsettled = here.rules().unsettled();
    World spare = here;
    for (int i = moves.size() - 1; i >= 0; i--) {
      Move move = moves.get(i);
      World there = i == moves.size() - 1 ? spare : replay(node);
      transitions++;
      Digest.Key key;
      try {
        there.apply(move);
        key = Digest.of(there);
      } catch (Violation violation) {
        return Optional.of(story(node, List.of(move)) + "VIOLATION: " + violation.what());
      }
      if (key.equals(node.key)) {
        continue;
      }
      if (move.isCalm()) {
        node.next = Optional.of(key);
      }
      if (!nodes.containsKey(key)) {
        found(new Node(key, Optional.of(node), Optional.of(move)), there);
      }
    }
    if (node.next.isEmpty()) {
      node.unsettled = unsettled;
    }
    return Optional.empty();
  }

  private void found(Node node, World world) {
    if (world.life().isEmpty()) {
      node.asleep = Optional.of(world);
    }
    nodes.put(node.key, node);
    open.get(node.faults).add(node);
    deepest = Math.max(deepest, node.depth);
    if (nodes.size() > mostStates) {
      throw new IllegalStateException(
          scenario.name()
              + " has more than "
              + mostStates
              + " states, at "
              + node.faults
              + " faults and depth "
              + node.depth);
    }
  }

  /** The world of a node, made from the last one before it in which no agent ran. */
  private static World replay(Node node) {
    Deque<Move> moves = new ArrayDeque<>();
    Node from = node;
    while (from.asleep.isEmpty()) {
      moves.addFirst(from.move.orElseThrow());
      from = from.parent.orElseThrow();
    }
    World world = from.asleep.get().copy();
    moves.forEach(world::apply);
    return world;
  }

  /** Whether the calm way from a state leads to where all is as it must be. */
  private Optional<String> follow(Node node) {
    List<Node> way = new ArrayList<>();
    Node at = node;
    while (!at.settles && at.next.isPresent() && !way.contains(at)) {
      way.add(at);
      at = Optional.ofNullable(nodes.get(at.next.get())).orElseThrow();
    }
    if (!at.settles && at.next.isPresent()) {
      return Optional.of(story(node, calmMoves(node)) + "VIOLATION: it never comes to rest");
    }
    if (!at.unsettled.isEmpty()) {
      return Optional.of(
          story(node, calmMoves(node))
              + "VIOLATION: nothing is left to do, and "
              + String.join("; ", at.unsettled));
    }
    at.settles = true;
    way.forEach(n -> n.settles = true);
    return Optional.empty();
  }

  private List<Move> calmMoves(Node node) {
    List<Move> moves = new ArrayList<>();
    Node at = node;
    for (int i = 0; i < 60 && at.next.isPresent(); i++) {
      Digest.Key goal = at.next.get();
      Node from = at;
      Move move =
          replay(from).moves(0).stream()
              .filter(Move::isCalm)
              .filter(m -> {
                World world = replay(from);
                world.apply(m);
                return Digest.of(world).equals(goal);
              })
              .findFirst()
              .orElseThrow();
      moves.add(move);
      at = Optional.ofNullable(nodes.get(goal)).orElseThrow();
    }
    return moves;
  }

  /** How a state came about and what followed, line by line. */
  private String story(Node node, List<Move> then) {
    List<Move> moves = new ArrayList<>();
    for (Node at = node; at.parent.isPresent(); at = at.parent.get()) {
      moves.add(at.move.orElseThrow());
    }
    Collections.reverse(moves);
    StringBuilder story = new StringBuilder("In the world of " + scenario.name() + ":\n");
    World world = new World(scenario);
    world.journal(line -> story.append(line).append('\n'));
    try {
      moves.forEach(world::apply);
      if (!then.isEmpty()) {
        story.append("-- then\n");
      }
      then.forEach(world::apply);
    } catch (Violation _) {
      // The caller says which.
    }
    return story.toString();
  }
}
