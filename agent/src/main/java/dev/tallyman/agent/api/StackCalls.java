package dev.tallyman.agent.api;

import dev.tallyman.agent.actuate.Housekeeping;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Message.StackAnswer;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.wire.WorkloadReader;
import dev.tallyman.proto.v1.ApplyStackRequest;
import dev.tallyman.proto.v1.ApplyStackResponse;
import dev.tallyman.proto.v1.DeleteStackRequest;
import dev.tallyman.proto.v1.DeleteStackResponse;
import dev.tallyman.proto.v1.RemoveStackAssetsRequest;
import dev.tallyman.proto.v1.RemoveStackAssetsResponse;
import dev.tallyman.proto.v1.StackAsset;
import dev.tallyman.proto.v1.StackAssetKind;
import dev.tallyman.runtime.RuntimeFailure;
import dev.tallyman.runtime.StackAssets.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The calls about stacks that are handed over on the node's socket. They block. */
final class StackCalls {

  private final Replies replies;
  private final Inbox inbox;
  private final Housekeeping housekeeping;

  StackCalls(Replies replies, Inbox inbox, Housekeeping housekeeping) {
    this.replies = replies;
    this.inbox = inbox;
    this.housekeeping = housekeeping;
  }

  /** Takes a stack over, whole or not at all. */
  ApplyStackResponse apply(ApplyStackRequest request) {
    requireName(request.getStack());
    WorkloadReader.Reading reading =
        WorkloadReader.readAll(FeedNames.STACKS, request.getWorkloadsList());
    List<String> faults = new ArrayList<>(reading.unaddressable());
    for (Desired desired : reading.desired()) {
      if (!desired.stack().equals(request.getStack())) {
        faults.add(
            desired.name()
                + ": stack: "
                + desired.stack()
                + " (expected: "
                + request.getStack()
                + ")");
      }
      switch (desired) {
        case Desired.Wanted _, Desired.Outgoing _ -> {}
        case Desired.Refused refused -> faults.add(refused.name() + ": " + refused.message());
      }
    }
    if (!faults.isEmpty()) {
      throw Refusals.invalid(String.join("\n", faults));
    }
    StackAnswer.Done done = tell(request.getStack(), reading.desired());
    return ApplyStackResponse.newBuilder()
        .addAllChangedUids(done.changed())
        .addAllRemovedUids(done.removed())
        .build();
  }

  /** Wants nothing of a stack any more. */
  DeleteStackResponse delete(DeleteStackRequest request) {
    requireName(request.getStack());
    return DeleteStackResponse.newBuilder()
        .addAllRemovedUids(tell(request.getStack(), List.of()).removed())
        .build();
  }

  private StackAnswer.Done tell(String stack, List<Desired> desired) {
    StackAnswer answer =
        replies.await(reply -> inbox.post(new Message.StackApplied(stack, desired, reply)));
    return switch (answer) {
      case StackAnswer.Done done -> done;
      case StackAnswer.Refused refused ->
          throw switch (refused.kind()) {
            case CONFLICT -> Refusals.taken(refused.why());
            case NOT_SAVED -> Refusals.unavailable(refused.why());
          };
    };
  }

  /** Removes what was made for a stack and is left of it. */
  RemoveStackAssetsResponse removeAssets(RemoveStackAssetsRequest request) {
    requireName(request.getStack());
    Set<Kind> kinds =
        switch (request.getVolumes()) {
          case VOLUME_FATE_UNSPECIFIED, VOLUME_FATE_KEEP -> EnumSet.of(Kind.NETWORK);
          case VOLUME_FATE_REMOVE -> EnumSet.allOf(Kind.class);
          case UNRECOGNIZED ->
              throw Refusals.invalid(
                  "volumes",
                  String.valueOf(request.getVolumesValue()),
                  "VOLUME_FATE_KEEP or VOLUME_FATE_REMOVE");
        };
    RemoveStackAssetsResponse.Builder response = RemoveStackAssetsResponse.newBuilder();
    try {
      housekeeping
          .remove(request.getStack(), kinds)
          .forEach(removed ->
              response.addRemoved(
                  StackAsset.newBuilder()
                      .setRuntime(removed.runtime())
                      .setName(removed.asset().name())
                      .setKind(
                          switch (removed.asset().kind()) {
                            case NETWORK -> StackAssetKind.STACK_ASSET_KIND_NETWORK;
                            case VOLUME -> StackAssetKind.STACK_ASSET_KIND_VOLUME;
                          })));
    } catch (IllegalStateException inUse) {
      throw Refusals.notNow(String.valueOf(inUse.getMessage()));
    } catch (RuntimeFailure failure) {
      throw Refusals.notNow(
          "not everything could be removed: " + failure.getMessage() + "; try again");
    }
    return response.build();
  }

  private static void requireName(String stack) {
    if (!WorkloadReader.isName(stack)) {
      throw Refusals.invalid(
          "stack", stack.isEmpty() ? "empty" : stack, "1 to 63 characters of a-z, 0-9 and '-'");
    }
  }
}
