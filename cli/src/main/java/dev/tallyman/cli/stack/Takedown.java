package dev.tallyman.cli.stack;

import dev.tallyman.cli.client.CallFailure;
import dev.tallyman.cli.client.Watch;
import dev.tallyman.proto.v1.Network;
import dev.tallyman.proto.v1.NetworkAttachment;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.NodeWorkloadEvent;
import dev.tallyman.proto.v1.VolumeFate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Takes a stack down through its agent, and waits until nothing is left. For one thread. */
public final class Takedown {

  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration ASSETS = Duration.ofSeconds(15);

  /** How it ended. */
  public sealed interface Outcome {
    /** All is gone. */
    record Gone(Removal removed) implements Outcome {}

    /**
     * Nobody waits any more; the agent goes on with it.
     *
     * @param left names of the workloads that are still there
     */
    record Unfinished(Set<String> left) implements Outcome {}
  }

  private final NodeLink agent;
  private final ProgressView view;
  private final BooleanSupplier impatient;

  /**
   * @param view shows how it goes
   * @param impatient says whether to wait no longer
   */
  public Takedown(NodeLink agent, ProgressView view, BooleanSupplier impatient) {
    this.agent = agent;
    this.view = view;
    this.impatient = impatient;
  }

  /**
   * Takes the stack down.
   *
   * @param patience how long to wait; empty for as long as it takes
   * @throws CallFailure when the agent does not answer, or cannot remove what is left
   */
  public Outcome run(String stack, VolumeFate volumes, Optional<Duration> patience)
      throws InterruptedException {
    Map<String, NodeWorkload> left = new TreeMap<>();
    Set<String> names = new TreeSet<>();
    Set<String> networks = new TreeSet<>();
    agent.list(stack).forEach(workload -> networks.addAll(networks(workload)));
    var _ = agent.delete(stack);
    agent.list(stack).forEach(workload -> left.put(workload.getStatus().getUid(), workload));
    left.values().forEach(workload -> names.add(workload.getStatus().getName()));
    long end = System.nanoTime() + patience.map(Duration::toNanos).orElse(0L);
    Watch<NodeWorkloadEvent> watch = agent.watch(stack);
    boolean synced = false;
    while (!synced || !left.isEmpty()) {
      boolean late = patience.isPresent() && System.nanoTime() - end > 0;
      if (late || impatient.getAsBoolean()) {
        return new Outcome.Unfinished(
            left.values().stream()
                .map(workload -> workload.getStatus().getName())
                .collect(TreeSet::new, Set::add, Set::addAll));
      }
      if (watch.next(LOOK) instanceof Watch.Batch.Answers<NodeWorkloadEvent>(var events)) {
        for (NodeWorkloadEvent event : events) {
          if (event.hasSynced()) {
            // What was gone before the watch began is told by its absence.
            synced = true;
            left.keySet().retainAll(uids(stack));
          }
          take(event, left, names);
        }
      } else {
        break;
      }
      show(left);
    }
    // The agent removes networks by itself when a stack ends; after this none of them is left.
    return new Outcome.Gone(
        Removal.of(names, agent.removeAssets(stack, volumes, ASSETS)).withNetworks(networks));
  }

  /** The networks that were made for a workload that has an instance. */
  private static List<String> networks(NodeWorkload workload) {
    return workload.getStatus().getInstanceId().isEmpty()
        ? List.of()
        : workload.getWorkload().getSpec().getNetworking().getNetworksList().stream()
            .map(NetworkAttachment::getNetwork)
            .filter(network -> !network.getExternal())
            .map(Network::getName)
            .toList();
  }

  private Set<String> uids(String stack) {
    Set<String> uids = new TreeSet<>();
    agent.list(stack).forEach(workload -> uids.add(workload.getStatus().getUid()));
    return uids;
  }

  private static void take(
      NodeWorkloadEvent event, Map<String, NodeWorkload> left, Set<String> names) {
    switch (event.getEventCase()) {
      case CHANGED -> {
        names.add(event.getChanged().getStatus().getName());
        left.put(event.getChanged().getStatus().getUid(), event.getChanged());
      }
      case REMOVED -> left.remove(event.getRemoved().getStatus().getUid());
      case SYNCED, EVENT_NOT_SET -> {}
    }
  }

  private void show(Map<String, NodeWorkload> left) {
    view.show(
        left.values().stream()
            .map(workload ->
                new ProgressBoard.Row(
                    workload.getStatus().getName(),
                    Optional.of(workload),
                    new ProgressBoard.Standing.Pending()))
            .toList());
  }
}
