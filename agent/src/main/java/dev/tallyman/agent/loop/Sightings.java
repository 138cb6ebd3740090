package dev.tallyman.agent.loop;

import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Message.Change;
import dev.tallyman.agent.inbox.Message.Sighting;
import dev.tallyman.agent.observe.Looker;
import dev.tallyman.runtime.Instance;
import java.util.Optional;

/**
 * Takes in what runtimes have, and has them asked about one uid when it may have changed there.
 * Only the loop's thread touches it.
 *
 * <p><b>Old news.</b> Looks at runtimes and actions overtake each other. Each answer carries a
 * number from before the question was asked ({@link dev.tallyman.agent.inbox.Ticks}); an answer
 * older than the last action's outcome for its uid is dropped. While an action is under way hints
 * are remembered and followed up when it has ended.
 */
final class Sightings {

  private final Book book;
  private final Admission admission;
  private final Looker looker;

  Sightings(Book book, Admission admission, Looker looker) {
    this.book = book;
    this.admission = admission;
    this.looker = looker;
  }

  /** All that a runtime has: what is missing from it is not there. */
  void listed(Message.Listed listed) {
    for (Instance instance : listed.instances()) {
      sight(book.entry(instance.uid()), listed.runtime(), Optional.of(instance), listed.asOf());
    }
    for (Entry entry : book.all()) {
      if (entry.isMissedBy(listed.runtime(), listed.asOf())) {
        sight(entry, listed.runtime(), Optional.empty(), listed.asOf());
      }
    }
  }

  /**
   * What a runtime has for one uid.
   *
   * @return the entry of that uid
   */
  Entry seen(Message.Seen seen) {
    Entry entry = book.entry(seen.uid());
    if (entry.endLook(seen.runtime())) {
      look(entry, seen.runtime());
    }
    sight(entry, seen.runtime(), seen.instance(), seen.asOf());
    if (!book.isMarked(entry)) {
      entry.hint = Optional.empty();
    }
    return entry;
  }

  /** Something may have changed at a runtime. */
  void hinted(Message.Changed changed) {
    Entry entry = book.entry(changed.uid());
    long since = entry.hint.map(Entry.Hint::nanos).orElse(changed.nanos());
    boolean any = entry.hint.filter(hint -> hint.change() == Change.ANY).isPresent();
    entry.hint = Optional.of(new Entry.Hint(since, any ? Change.ANY : changed.change()));
    if (entry.inFlight.isEmpty()) {
      followHint(entry, changed.runtime());
    }
  }

  /** Asks about what was hinted at, unless that is what is known already. */
  private void followHint(Entry entry, String runtime) {
    if (entry.hint.isEmpty()) {
      return;
    }
    switch (entry.hint.get().change()) {
      case ANY -> look(entry, runtime);
      case STARTED -> {
        if (entry.isRunningAt(runtime)) {
          entry.hint = Optional.empty();
        } else {
          look(entry, runtime);
        }
      }
    }
  }

  /** What was seen when an action of an entry ended. */
  void afterAction(Entry entry, String runtime, Sighting sighting) {
    switch (sighting) {
      case Sighting.Known known -> {
        var _ = entry.saw(runtime, known.instance(), known.asOf());
        followHint(entry, runtime);
      }
      case Sighting.Unknown _ -> {
        entry.unsure(runtime);
        look(entry, runtime);
      }
    }
  }

  private void sight(Entry entry, String runtime, Optional<Instance> instance, long asOf) {
    boolean busyThere =
        entry.inFlight.isPresent() && entry.inFlight.get().action().runtime().equals(runtime);
    if (!busyThere && entry.saw(runtime, instance, asOf)) {
      admission.occupy(entry);
      book.touched(entry);
    }
  }

  private void look(Entry entry, String runtime) {
    if (entry.beginLook(runtime)) {
      looker.look(runtime, entry.uid);
    }
  }
}
