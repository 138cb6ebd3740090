package dev.tallyman.agent.report;

import dev.tallyman.agent.feed.Line;
import dev.tallyman.agent.feed.Uplink;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual thread that does the same work on one line after the other, for as long as the agent
 * lives.
 */
final class LineWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LineWorker.class);
  private static final Duration AFTER_DEFECT = Duration.ofSeconds(5);
  private static final Duration LAST_WORK = Duration.ofSeconds(1);

  private final String name;
  private final Uplink uplink;
  private final Work work;
  private final Thread thread;

  /** What is done on a line. */
  interface Work {
    /**
     * Works until the line has ended.
     *
     * @throws InterruptedException if the agent stops meanwhile
     */
    void on(Line line) throws InterruptedException;
  }

  /** A worker that has not begun. */
  LineWorker(String name, Uplink uplink, Work work) {
    this.name = name;
    this.uplink = uplink;
    this.work = work;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /** Begins to work. */
  void begin() {
    thread.start();
  }

  private void run() {
    try {
      Optional<Line> last = Optional.empty();
      while (true) {
        Line line = uplink.await(last);
        last = Optional.of(line);
        try {
          work.on(line);
        } catch (RuntimeException defect) {
          log.error("{} met a defect; it begins anew", name, defect);
          Thread.sleep(AFTER_DEFECT);
          last = Optional.empty();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      var _ = thread.join(LAST_WORK);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
