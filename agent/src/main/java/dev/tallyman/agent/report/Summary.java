package dev.tallyman.agent.report;

import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.FeedView.Link;
import dev.tallyman.agent.model.Health;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.RuntimeView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The node in one sentence, for those who have a line for it. Pure. */
public final class Summary {

  /** More than one name would make a line of it that nobody reads. */
  private static final int MAX_NAME = 60;

  private Summary() {}

  /**
   * How many workloads are wanted, run and are in trouble, the first of those by name, and which
   * feeds and runtimes do not answer. One line.
   */
  public static String of(Collection<StatusBoard.Entry> entries, NodeBoard.View node) {
    List<WorkloadStatus> wanted =
        entries.stream()
            .filter(entry -> entry.desired().isPresent())
            .map(StatusBoard.Entry::status)
            .toList();
    List<WorkloadStatus> troubled =
        wanted.stream()
            .filter(Summary::isTroubled)
            .sorted(Comparator.comparing(WorkloadStatus::stack).thenComparing(WorkloadStatus::name))
            .toList();
    List<String> parts = new ArrayList<>();
    parts.add(
        "%d workloads wanted, %d running, %d in trouble%s"
            .formatted(
                wanted.size(),
                wanted.stream().filter(status -> status.phase() == Phase.RUNNING).count(),
                troubled.size(),
                troubled.isEmpty() ? "" : " (" + first(troubled) + ")"));
    node.feeds().stream().filter(Summary::isTroubled).map(Summary::word).forEach(parts::add);
    if (node.runtimes().isEmpty()) {
      parts.add("no container engine found");
    }
    node.runtimes().stream()
        .filter(runtime -> !runtime.isSeen())
        .map(Summary::word)
        .forEach(parts::add);
    return String.join("; ", parts);
  }

  private static boolean isTroubled(WorkloadStatus status) {
    return switch (status.phase()) {
      case BACKOFF, FAILED, REJECTED, UNKNOWN -> true;
      case RUNNING -> status.health().filter(Summary::isTroubled).isPresent();
      case PENDING, PULLING, STARTING, STOPPING, SUCCEEDED, WAITING, GONE -> false;
    };
  }

  private static boolean isTroubled(Health health) {
    return switch (health.state()) {
      case UNHEALTHY, DEAD -> true;
      case NOT_PROBED, STARTING, HEALTHY -> false;
    };
  }

  private static String first(List<WorkloadStatus> troubled) {
    WorkloadStatus status = troubled.getFirst();
    String name = status.stack() + "/" + status.name();
    return (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name)
        + ": "
        + status.reason()
        + (troubled.size() > 1 ? ", …" : "");
  }

  private static boolean isTroubled(FeedView feed) {
    return feed.link() == Link.DISCONNECTED || feed.refusedStoreId().isPresent();
  }

  private static String word(FeedView feed) {
    return "feed "
        + feed.name()
        + (feed.refusedStoreId().isPresent() ? " is refused" : " is not connected");
  }

  private static String word(RuntimeView runtime) {
    return "runtime " + runtime.name() + " does not answer";
  }
}
