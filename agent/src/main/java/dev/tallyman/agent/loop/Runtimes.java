package dev.tallyman.agent.loop;

import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.agent.plan.RuntimeView.Reach;
import dev.tallyman.runtime.RuntimeInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The node's runtimes as the loop sees them, in the order in which it was told of them. */
final class Runtimes {

  private final Map<String, RuntimeView> views = new LinkedHashMap<>();
  private List<RuntimeView> list = List.of();
  private Set<String> seen = Set.of();

  List<RuntimeView> all() {
    return list;
  }

  /** Names of those that can be seen. */
  Set<String> seen() {
    return seen;
  }

  /** Whether there are some, and each can be seen. */
  boolean areAllSeen() {
    return !list.isEmpty() && seen.size() == list.size();
  }

  Optional<RuntimeView> find(String name) {
    return Optional.ofNullable(views.get(name));
  }

  /** It answers; it is seen once it has been listed. */
  void up(String name, RuntimeInfo info) {
    Reach reach = find(name).map(RuntimeView::reach).orElse(Reach.NOT_LISTED);
    String message = find(name).map(RuntimeView::message).orElse("");
    put(new RuntimeView(name, reach, Optional.of(info), message));
  }

  /** It does not answer, or has not yet. */
  void down(String name, String why) {
    Reach reach =
        find(name).map(RuntimeView::reach).orElse(Reach.NOT_LISTED) == Reach.NOT_LISTED
            ? Reach.NOT_LISTED
            : Reach.LOST;
    put(new RuntimeView(name, reach, find(name).flatMap(RuntimeView::info), why));
  }

  /**
   * It was listed.
   *
   * @return whether it could not be seen before
   */
  boolean listed(String name) {
    boolean wasSeen = find(name).map(RuntimeView::isSeen).orElse(false);
    if (!wasSeen) {
      put(new RuntimeView(name, Reach.LISTED, find(name).flatMap(RuntimeView::info), ""));
    }
    return !wasSeen;
  }

  private void put(RuntimeView view) {
    views.put(view.name(), view);
    list = List.copyOf(views.values());
    seen =
        list.stream()
            .filter(RuntimeView::isSeen)
            .map(RuntimeView::name)
            .collect(Collectors.toUnmodifiableSet());
  }
}
