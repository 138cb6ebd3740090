package dev.tallyman.agent.loop;

import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.plan.RuntimeView;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The node's conditions: derived from what the loop holds, with the time of their last change. */
final class Conditions {

  private final Map<NodeCondition.Type, NodeCondition> current =
      new EnumMap<>(NodeCondition.Type.class);

  List<NodeCondition> update(
      List<RuntimeView> runtimes,
      Collection<FeedView> feeds,
      Optional<String> saveFailure,
      Optional<String> drainReason,
      Instant now) {
    runtimes(runtimes, now);
    feeds(feeds, now);
    saveFailure.ifPresentOrElse(
        why ->
            set(
                NodeCondition.Type.STATE_WRITABLE,
                NodeCondition.Status.FALSE,
                "WriteFailed",
                why,
                now),
        () ->
            set(NodeCondition.Type.STATE_WRITABLE, NodeCondition.Status.TRUE, "Written", "", now));
    drainReason.ifPresentOrElse(
        why -> set(NodeCondition.Type.SCHEDULABLE, NodeCondition.Status.FALSE, "Drained", why, now),
        () -> set(NodeCondition.Type.SCHEDULABLE, NodeCondition.Status.TRUE, "Serving", "", now));
    return List.copyOf(current.values());
  }

  private void runtimes(List<RuntimeView> runtimes, Instant now) {
    if (runtimes.isEmpty()) {
      set(
          NodeCondition.Type.RUNTIME_REACHABLE,
          NodeCondition.Status.FALSE,
          "NoRuntime",
          "No container engine found.",
          now);
      return;
    }
    String away =
        runtimes.stream()
            .filter(r -> !r.isSeen())
            .map(r -> r.name() + ": " + (r.message().isEmpty() ? "not listed yet" : r.message()))
            .collect(Collectors.joining("; "));
    if (away.isEmpty()) {
      set(NodeCondition.Type.RUNTIME_REACHABLE, NodeCondition.Status.TRUE, "Reachable", "", now);
    } else {
      set(
          NodeCondition.Type.RUNTIME_REACHABLE,
          NodeCondition.Status.FALSE,
          "RuntimeUnavailable",
          away,
          now);
    }
  }

  private void feeds(Collection<FeedView> feeds, Instant now) {
    Optional<FeedView> refused =
        feeds.stream().filter(f -> f.refusedStoreId().isPresent()).findFirst();
    if (refused.isPresent()) {
      set(
          NodeCondition.Type.FEED_ACCEPTED,
          NodeCondition.Status.FALSE,
          "FeedRefused",
          refused.get().message(),
          now);
    } else if (feeds.isEmpty()) {
      set(
          NodeCondition.Type.FEED_ACCEPTED,
          NodeCondition.Status.UNKNOWN,
          "NotHeard",
          "No feed has been heard yet.",
          now);
    } else {
      set(NodeCondition.Type.FEED_ACCEPTED, NodeCondition.Status.TRUE, "Accepted", "", now);
    }
  }

  private void set(
      NodeCondition.Type type,
      NodeCondition.Status status,
      String reason,
      String message,
      Instant now) {
    Instant since =
        Optional.ofNullable(current.get(type))
            .filter(before -> before.status() == status)
            .map(NodeCondition::since)
            .orElse(now);
    current.put(type, new NodeCondition(type, status, reason, message, since));
  }
}
