package dev.tallyman.agent.api;

import dev.tallyman.agent.loop.EventLog;
import dev.tallyman.agent.loop.StatusBoard;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.Phase;
import dev.tallyman.agent.wire.StatusWriter;
import dev.tallyman.agent.wire.Times;
import dev.tallyman.agent.wire.WorkloadWriter;
import dev.tallyman.proto.v1.EventSeverity;
import dev.tallyman.proto.v1.NodeEvent;
import dev.tallyman.proto.v1.NodeSynced;
import dev.tallyman.proto.v1.NodeWorkload;
import dev.tallyman.proto.v1.NodeWorkloadEvent;

/** Turns what stands on the boards into messages of the node service. */
final class NodeMessages {

  static final NodeWorkloadEvent SYNCED =
      NodeWorkloadEvent.newBuilder().setSynced(NodeSynced.getDefaultInstance()).build();

  private NodeMessages() {}

  static NodeWorkload workload(StatusBoard.Entry entry) {
    NodeWorkload.Builder message =
        NodeWorkload.newBuilder().setStatus(StatusWriter.write(entry.status()));
    entry
        .desired()
        .ifPresent(desired -> {
          switch (desired) {
            case Desired.Wanted wanted ->
                message.setWorkload(WorkloadWriter.shown(wanted.workload()));
            case Desired.Outgoing outgoing ->
                message.setWorkload(WorkloadWriter.shown(outgoing.workload()));
            case Desired.Refused _ -> {
              // What it says cannot be read; its status says why.
            }
          }
        });
    return message.build();
  }

  static NodeWorkloadEvent change(StatusBoard.Entry entry) {
    return entry.status().phase() == Phase.GONE
        ? NodeWorkloadEvent.newBuilder().setRemoved(workload(entry)).build()
        : NodeWorkloadEvent.newBuilder().setChanged(workload(entry)).build();
  }

  static NodeEvent event(EventLog.Event event) {
    return NodeEvent.newBuilder()
        .setSequence(event.sequence())
        .setAt(Times.write(event.at()))
        .setSeverity(
            switch (event.severity()) {
              case INFO -> EventSeverity.EVENT_SEVERITY_INFO;
              case WARNING -> EventSeverity.EVENT_SEVERITY_WARNING;
            })
        .setReason(event.reason())
        .setMessage(event.message())
        .setUid(event.uid())
        .setStack(event.stack())
        .setName(event.name())
        .build();
  }
}
