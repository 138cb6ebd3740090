package dev.tallyman.agent.inbox;

import dev.tallyman.agent.model.FeedView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** All that an inbox was told, read out of it in the loop's place. */
public final class Told {

  private final Inbox inbox;
  private final List<Message> all = new ArrayList<>();

  public Told(Inbox inbox) {
    this.inbox = inbox;
  }

  /** All that was read so far, in its order. */
  public List<Message> all() {
    return Collections.unmodifiableList(all);
  }

  /** The first one of its kind that is as wanted, waited for. */
  public <M extends Message> M await(Class<M> type, Predicate<M> wanted) {
    return Awaitility.await()
        .until(
            () -> {
              all.addAll(inbox.take(Duration.ofMillis(50)));
              return all.stream()
                  .filter(type::isInstance)
                  .map(type::cast)
                  .filter(wanted)
                  .findFirst();
            },
            Optional::isPresent)
        .orElseThrow();
  }

  /** The first view of a feed that is as wanted, waited for. */
  public FeedView awaitView(Predicate<FeedView> wanted) {
    return await(Message.FeedChanged.class, changed -> wanted.test(changed.view())).view();
  }
}
