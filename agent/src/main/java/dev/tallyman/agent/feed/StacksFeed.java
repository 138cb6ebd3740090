package dev.tallyman.agent.feed;

import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.FeedView;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The stacks that are handed over on the node's own socket. The agent's disk is their only store,
 * so they are known as soon as that was read.
 */
public final class StacksFeed {

  /** The store when nothing is missing in it. */
  public static final String WHOLE = "whole";

  /** The store of an agent that may have lost stacks: it is new, or its disk was. */
  public static final String LOSSY = "lossy";

  private StacksFeed() {}

  /**
   * Says what is known.
   *
   * @param remembered what was on disk, which the loop has been told
   * @param source where that is
   */
  public static void open(Inbox inbox, Optional<FeedState> remembered, Path source) {
    Message known =
        remembered
            .<Message>map(held ->
                new Message.FeedDelta(
                    FeedNames.STACKS, held.storeId(), held.revision(), List.of(), Set.of()))
            .orElseGet(() ->
                new Message.FeedSnapshot(new FeedState(FeedNames.STACKS, LOSSY, 0, List.of())));
    inbox.post(known);
    inbox.post(
        new Message.FeedChanged(
            new FeedView(
                FeedNames.STACKS,
                source.toString(),
                FeedView.Link.CONNECTED,
                "",
                remembered.map(FeedState::storeId).orElse(LOSSY),
                remembered.map(FeedState::revision).orElse(0L),
                Optional.empty())));
  }
}
