package dev.tallyman.controlplane.sync;

import dev.tallyman.controlplane.store.Change;
import io.grpc.Status;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that are open: one for each node that has said hello, and those that have not yet.
 * Safe for use by several threads.
 */
public final class NodeStreams {

  private final Map<String, NodeStream> byNode = new ConcurrentHashMap<>();
  private final Set<NodeStream> open = ConcurrentHashMap.newKeySet();

  /** Wakes the streams of the nodes whose desired state has changed. */
  public void changed(Change change) {
    for (String node : change.nodes()) {
      NodeStream stream = byNode.get(node);
      if (stream != null) {
        stream.wake();
      }
    }
  }

  /** Says that there is a new command for the node. */
  public void commanded(String node) {
    NodeStream stream = byNode.get(node);
    if (stream != null) {
      stream.commanded();
    }
  }

  /** Ends all streams. */
  public void failAll(Status status) {
    open.forEach(stream -> stream.fail(status));
  }

  /** Nodes that are connected now. */
  public Collection<String> connected() {
    return Set.copyOf(byNode.keySet());
  }

  void opened(NodeStream stream) {
    open.add(stream);
  }

  /** Makes it the stream of the node; the one before it ends. */
  void take(String node, NodeStream stream) {
    NodeStream before = byNode.put(node, stream);
    if (before != null && before != stream) {
      before.fail(
          Status.ABORTED.withDescription(
              "node " + node + " has a newer stream; this one ends, so that it has one only"));
    }
  }

  void ended(NodeStream stream) {
    open.remove(stream);
    byNode.values().removeIf(current -> current == stream);
  }
}
