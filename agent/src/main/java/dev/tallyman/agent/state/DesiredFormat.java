package dev.tallyman.agent.state;

import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.state.v1.DesiredFile;
import dev.tallyman.agent.state.v1.EncodedDesiredFile;
import dev.tallyman.agent.state.v1.OutgoingWorkload;
import dev.tallyman.agent.state.v1.RefusedWorkload;
import dev.tallyman.agent.wire.WorkloadReader;
import dev.tallyman.agent.wire.WorkloadWriter;
import java.util.ArrayList;
import java.util.List;

/** The desired state of a feed as the message that is on disk, and back. */
final class DesiredFormat {

  private DesiredFormat() {}

  /**
   * The message.
   *
   * @param parts of the file that was written before
   */
  static EncodedDesiredFile write(FeedState state, Parts parts) {
    EncodedDesiredFile.Builder file =
        EncodedDesiredFile.newBuilder()
            .setFeed(state.feed())
            .setStoreId(state.storeId())
            .setRevision(state.revision());
    for (Desired desired : state.desired()) {
      switch (desired) {
        case Desired.Wanted wanted ->
            file.addWorkloads(
                parts.of(wanted.uid(), wanted, () -> WorkloadWriter.write(wanted.workload())));
        case Desired.Outgoing outgoing ->
            file.addOutgoing(parts.of(outgoing.uid(), outgoing, () -> message(outgoing)));
        case Desired.Refused refused ->
            file.addRefused(parts.of(refused.uid(), refused, () -> message(refused)));
      }
    }
    parts.end();
    return file.build();
  }

  private static OutgoingWorkload message(Desired.Outgoing outgoing) {
    return OutgoingWorkload.newBuilder()
        .setWorkload(WorkloadWriter.write(outgoing.workload()))
        .setSuccessorUid(outgoing.successor())
        .build();
  }

  private static RefusedWorkload message(Desired.Refused refused) {
    return RefusedWorkload.newBuilder()
        .setUid(refused.uid())
        .setName(refused.name())
        .setStack(refused.stack())
        .setGeneration(refused.generation())
        .setReason(refused.reason())
        .setMessage(refused.message())
        .build();
  }

  /** Wanted ones first; a workload that a later version's rules refuse is refused now. */
  static FeedState read(DesiredFile file) {
    List<Desired> desired = new ArrayList<>(file.getWorkloadsCount() + file.getRefusedCount());
    file.getWorkloadsList()
        .forEach(workload -> desired.add(WorkloadReader.read(file.getFeed(), workload)));
    file.getOutgoingList()
        .forEach(outgoing ->
            desired.add(
                switch (WorkloadReader.read(file.getFeed(), outgoing.getWorkload())) {
                  case Desired.Wanted(Workload workload) ->
                      new Desired.Outgoing(workload, outgoing.getSuccessorUid());
                  case Desired.Refused refused -> refused;
                }));
    file.getRefusedList()
        .forEach(refused ->
            desired.add(
                new Desired.Refused(
                    refused.getUid(),
                    refused.getName(),
                    refused.getStack(),
                    refused.getGeneration(),
                    refused.getReason(),
                    refused.getMessage())));
    return new FeedState(file.getFeed(), file.getStoreId(), file.getRevision(), desired);
  }
}
