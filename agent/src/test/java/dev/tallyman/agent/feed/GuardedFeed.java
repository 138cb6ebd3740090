package dev.tallyman.agent.feed;

import dev.tallyman.agent.feed.FeedGuard.Verdict;
import dev.tallyman.agent.inbox.Inbox;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.FeedView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A control plane without a wire: the real guard between what it offers and the inbox. */
public final class GuardedFeed {

  private final String feed;
  private final Inbox inbox;
  private Held held;

  /** A feed of an agent that remembers this of it. */
  public GuardedFeed(String feed, Inbox inbox, Optional<FeedState> remembered) {
    this.feed = feed;
    this.inbox = inbox;
    this.held = remembered.map(s -> new Held(s.storeId(), s.revision())).orElse(Held.NOTHING);
  }

  /** Offers everything. */
  public void offer(FeedState everything) {
    switch (new FeedGuard(held, Optional.empty())
        .snapshot(everything.storeId(), everything.revision())) {
      case Verdict.Accept _ -> {
        held = new Held(everything.storeId(), everything.revision());
        inbox.post(new Message.FeedSnapshot(everything));
        tell("", Optional.empty());
      }
      case Verdict.Refuse(String why) -> tell(why, Optional.of(everything.storeId()));
      case Verdict.AskSnapshot(String why) -> throw new AssertionError(why);
    }
  }

  /**
   * Offers what changed.
   *
   * @return whether it fits on what the agent holds; otherwise it wants everything
   */
  public boolean offer(
      String storeId, long from, long to, List<Desired> upserts, Set<String> removed) {
    boolean fits =
        new FeedGuard(held, Optional.empty()).delta(storeId, from, to) instanceof Verdict.Accept;
    if (fits) {
      held = new Held(storeId, to);
      inbox.post(new Message.FeedDelta(feed, storeId, to, upserts, removed));
    }
    return fits;
  }

  private void tell(String why, Optional<String> refused) {
    inbox.post(
        new Message.FeedChanged(
            new FeedView(
                feed,
                "test",
                FeedView.Link.CONNECTED,
                why,
                held.storeId(),
                held.revision(),
                refused)));
  }
}
