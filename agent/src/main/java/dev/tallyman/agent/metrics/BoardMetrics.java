package dev.tallyman.agent.metrics;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.loop.NodeBoard;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.FeedView;
import dev.tallyman.agent.model.NodeCondition;
import dev.tallyman.agent.model.NodeFacts;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.model.WorkloadStatus;
import dev.tallyman.agent.plan.RuntimeView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Shows what stands on the boards, as it is when somebody asks. Asked by one thread at a time. */
final class BoardMetrics {

  private final StatusBoard statuses;
  private final NodeBoard node;
  private final MetricsConfig.Series series;
  private final MultiGauge runtimeInfo;
  private final Optional<MultiGauge> workloadPhase;
  private final Optional<MultiGauge> workloadRestarts;
  private volatile Map<Phase, Integer> byPhase;

  BoardMetrics(
      MeterRegistry registry,
      AgentMetrics metrics,
      NodeFacts facts,
      List<String> runtimes,
      List<String> feeds,
      StatusBoard statuses,
      NodeBoard node,
      Inbox inbox,
      MetricsConfig.Series series) {
    this.statuses = statuses;
    this.node = node;
    this.series = series;
    this.byPhase = statuses.countByPhase();
    for (Phase phase : Phase.values()) {
      if (phase != Phase.GONE) {
        Gauge.builder("tallyman.workloads", this, b -> b.byPhase.getOrDefault(phase, 0))
            .tag("phase", word(phase.name()))
            .register(registry);
      }
    }
    for (NodeCondition.Type type : NodeCondition.Type.values()) {
      for (NodeCondition.Status status : NodeCondition.Status.values()) {
        Gauge.builder(
                "tallyman.node.condition",
                node,
                b ->
                    b.now().conditions().stream()
                            .anyMatch(c -> c.type() == type && c.status() == status)
                        ? 1
                        : 0)
            .tags("type", type.word(), "status", word(status.name()))
            .register(registry);
      }
    }
    for (String runtime : runtimes) {
      Gauge.builder("tallyman.runtime.up", node, b -> isSeen(b, runtime) ? 1 : 0)
          .tag("runtime", runtime)
          .register(registry);
    }
    for (String feed : feeds) {
      feed(registry, "connected", feed, v -> v.link() == FeedView.Link.CONNECTED ? 1 : 0);
      feed(registry, "accepted", feed, v -> v.refusedStoreId().isEmpty() ? 1 : 0);
      feed(registry, "troubled", feed, v -> v.message().isEmpty() ? 0 : 1);
      feed(registry, "revision", feed, FeedView::revision);
      feed(
          registry,
          "revision.lag",
          feed,
          v -> Math.max(0, metrics.offeredRevision(feed) - v.revision()));
    }
    Gauge.builder("tallyman.inbox.messages", inbox, Inbox::size).register(registry);
    Gauge.builder("tallyman.agent.info", () -> 1)
        .tags("version", facts.agentVersion(), "node", facts.name())
        .register(registry);
    this.runtimeInfo = MultiGauge.builder("tallyman.runtime.info").register(registry);
    this.workloadPhase = perWorkload(registry, "tallyman.workload.phase");
    this.workloadRestarts = perWorkload(registry, "tallyman.workload.restarts");
  }

  private Optional<MultiGauge> perWorkload(MeterRegistry registry, String name) {
    return switch (series) {
      case NODE -> Optional.empty();
      case PER_WORKLOAD -> Optional.of(MultiGauge.builder(name).register(registry));
    };
  }

  private void feed(
      MeterRegistry registry, String what, String feed, ToDoubleFunction<FeedView> value) {
    Gauge.builder(
            "tallyman.feed." + what,
            node,
            b ->
                b.now().feeds().stream()
                    .filter(view -> view.name().equals(feed))
                    .mapToDouble(value)
                    .findFirst()
                    .orElse(0))
        .tag("feed", feed)
        .register(registry);
  }

  private static boolean isSeen(NodeBoard board, String runtime) {
    return board.now().runtimes().stream()
        .anyMatch(view -> view.name().equals(runtime) && view.isSeen());
  }

  /** Brings those up to date whose labels are only known now. */
  void refresh() {
    byPhase = statuses.countByPhase();
    List<MultiGauge.Row<?>> infos = new ArrayList<>();
    for (RuntimeView view : node.now().runtimes()) {
      infos.add(MultiGauge.Row.of(runtimeTags(view), 1));
    }
    runtimeInfo.register(infos, true);
    if (series == MetricsConfig.Series.PER_WORKLOAD) {
      Map<Tags, WorkloadStatus> workloads = workloads();
      workloadPhase.ifPresent(gauge ->
          gauge.register(
              workloads.entrySet().stream()
                  .<MultiGauge.Row<?>>map(e ->
                      MultiGauge.Row.of(
                          e.getKey().and("phase", word(e.getValue().phase().name())), 1))
                  .toList(),
              true));
      workloadRestarts.ifPresent(gauge ->
          gauge.register(
              workloads.entrySet().stream()
                  .<MultiGauge.Row<?>>map(
                      e -> MultiGauge.Row.of(e.getKey(), e.getValue().restarts()))
                  .toList(),
              true));
    }
  }

  /** By name; while one of a name makes room for another, the one that is wanted is shown. */
  private Map<Tags, WorkloadStatus> workloads() {
    Map<Tags, WorkloadStatus> byName = new LinkedHashMap<>();
    for (StatusBoard.Entry entry : statuses.all()) {
      WorkloadStatus status = entry.status();
      Tags tags = Tags.of("stack", status.stack(), "workload", status.name());
      if (entry.desired().isPresent()) {
        byName.put(tags, status);
      } else {
        byName.putIfAbsent(tags, status);
      }
    }
    return byName;
  }

  private static Tags runtimeTags(RuntimeView view) {
    return Tags.of(
        "runtime",
        view.name(),
        "kind",
        view.info().map(info -> info.kind()).orElse("unknown"),
        "version",
        view.info().map(info -> info.version()).orElse("unknown"),
        "api_version",
        view.info().map(info -> info.apiVersion()).orElse("unknown"));
  }

  /** The word that people see elsewhere: {@code Running}, {@code Unknown}. */
  private static String word(String constant) {
    return constant.charAt(0) + constant.substring(1).toLowerCase(Locale.ROOT);
  }
}
