package dev.tallyman.agent.loop;

import dev.tallyman.agent.plan.RuntimeView;
import dev.tallyman.agent.plan.Situation.Knowledge;
import java.time.InstantSource;

/**
 * Says how the node is, whenever that has changed. Its times are the wall clock's, which people
 * compare with their own. Only the loop's thread touches it.
 */
final class NodeVoice {

  private final NodeBoard board;
  private final Runtimes runtimes;
  private final Feeds feeds;
  private final Saver saver;
  private final Duty duty;
  private final InstantSource wall;
  private final Conditions conditions = new Conditions();

  private NodeBoard.FirstPass firstPass = NodeBoard.FirstPass.AWAITED;
  private boolean changed = true;

  NodeVoice(
      NodeBoard board, Runtimes runtimes, Feeds feeds, Saver saver, Duty duty, InstantSource wall) {
    this.board = board;
    this.runtimes = runtimes;
    this.feeds = feeds;
    this.saver = saver;
    this.duty = duty;
    this.wall = wall;
  }

  /** Something about the node is to be said. */
  void changed() {
    changed = true;
  }

  /** Says it, if there is something to say. */
  void publish() {
    if (firstPass == NodeBoard.FirstPass.AWAITED
        && feeds.knowledge() != Knowledge.NONE
        && runtimes.all().stream().anyMatch(RuntimeView::isSeen)) {
      firstPass = NodeBoard.FirstPass.DONE;
      changed = true;
    }
    if (changed) {
      changed = false;
      board.publish(
          conditions.update(
              runtimes.all(), feeds.views(), saver.failure(), duty.drainReason(), wall.instant()),
          runtimes.all(),
          feeds.views(),
          firstPass);
    }
  }
}
