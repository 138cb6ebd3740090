package dev.tallyman.agent.loop;

import dev.tallyman.agent.actuate.Housekeeper;
import dev.tallyman.agent.feed.StacksFeed;
import dev.tallyman.agent.inbox.Message;
import dev.tallyman.agent.inbox.Message.StackAnswer;
import dev.tallyman.agent.model.Desired;
import dev.tallyman.agent.model.FeedNames;
import dev.tallyman.agent.model.FeedState;
import dev.tallyman.agent.model.History;
import dev.tallyman.agent.model.UpdatePolicy.Order;
import dev.tallyman.agent.model.Workload;
import dev.tallyman.agent.plan.Situation.Knowledge;
import dev.tallyman.runtime.InstanceState.Running;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what feeds want, and knows what the absence of a workload means. Only the loop's thread
 * touches it.
 */
final class Wants {

  private static final Logger log = LoggerFactory.getLogger(Wants.class);

  private final Book book;
  private final Admission admission;
  private final Feeds feeds;
  private final Saver saver;
  private final Runtimes runtimes;
  private final Housekeeper housekeeper;
  private final LocalStacks localStacks = new LocalStacks();

  Wants(
      Book book,
      Admission admission,
      Feeds feeds,
      Saver saver,
      Runtimes runtimes,
      Housekeeper housekeeper) {
    this.book = book;
    this.admission = admission;
    this.feeds = feeds;
    this.saver = saver;
    this.runtimes = runtimes;
    this.housekeeper = housekeeper;
  }

  /** What a feed wanted when that was last written down; nothing if it has spoken already. */
  void remembered(FeedState state) {
    if (!feeds.isKnown(state.feed())) {
      state.desired().forEach(desired -> want(state.feed(), desired));
      feeds.remembered(state);
      book.markAll();
    }
  }

  void snapshot(FeedState state) {
    Set<String> listed = new HashSet<>();
    for (Desired desired : state.desired()) {
      listed.add(desired.uid());
      want(state.feed(), desired);
    }
    book.all().stream()
        .filter(entry -> entry.feed().equals(state.feed()) && !listed.contains(entry.uid))
        .forEach(this::drop);
    heard(state.feed(), state.storeId(), state.revision());
  }

  void delta(Message.FeedDelta delta) {
    if (!feeds.isKnown(delta.feed())) {
      log.warn("Feed {} sent a change of nothing that is known; it is passed over", delta.feed());
      return;
    }
    delta.upserts().forEach(desired -> want(delta.feed(), desired));
    for (String uid : delta.removed()) {
      book.find(uid).filter(entry -> entry.feed().equals(delta.feed())).ifPresent(this::drop);
    }
    heard(delta.feed(), delta.storeId(), delta.toRevision());
  }

  /** A stack was handed over on the node's own socket. */
  void applied(Message.StackApplied applied) {
    Set<Entry> members = book.stacks().members(applied.stack());
    Optional<String> refusal =
        LocalStacks.refusal(applied.stack(), applied.desired(), members, book.byUid());
    if (refusal.isPresent()) {
      applied.reply().complete(new StackAnswer.Refused(StackAnswer.Kind.CONFLICT, refusal.get()));
      return;
    }
    LocalStacks.Change change = LocalStacks.change(applied.desired(), members, book.byUid());
    localStacks.settle(applied.stack());
    book.mark(members);
    if (change.isNothing()) {
      applied.reply().complete(change.answer());
      return;
    }
    change.upserts().forEach(desired -> want(FeedNames.STACKS, desired));
    change.removed().forEach(this::drop);
    long revision = feeds.revision(FeedNames.STACKS) + 1;
    localStacks.answerWhenSaved(revision, change.answer(), applied.reply());
    saver.hurryDesired();
    heard(FeedNames.STACKS, feeds.store(FeedNames.STACKS).orElse(StacksFeed.LOSSY), revision);
  }

  /** The desired state of a feed is on disk. */
  void saved(Message.DesiredSaved saved) {
    feeds.saved(saved.feed(), saved.revision());
    if (saved.feed().equals(FeedNames.STACKS)) {
      localStacks.saved(saved.revision());
    }
  }

  /** Whether the disk knows what is wanted of an entry now. */
  boolean isSaved(Entry entry) {
    return entry.origin().map(feeds::isSaved).orElse(true);
  }

  /** Something could not be written to disk. */
  void saveFailed(String why) {
    localStacks.saveFailed(why);
  }

  /** An agent that may have lost stacks knows all again when nothing unknown is left. */
  void completeStacks() {
    if (isLossy() && runtimes.areAllSeen() && LocalStacks.isWhole(book.all(), this::isSettled)) {
      heard(FeedNames.STACKS, StacksFeed.WHOLE, feeds.revision(FeedNames.STACKS) + 1);
    }
  }

  /** What the absence of the entry's workload means. */
  Knowledge knowledge(Entry entry) {
    Optional<String> origin = entry.origin();
    if (origin.isEmpty()) {
      return feeds.knowledge();
    }
    if (!origin.get().equals(FeedNames.STACKS) || !isLossy()) {
      return feeds.knowledge(origin.get());
    }
    return isSettled(entry) ? Knowledge.COMPLETE : Knowledge.NONE;
  }

  /** What is left of stacks at the runtime can go, once it is known what should be there. */
  void sweepIfAllIsKnown(String runtime) {
    if (feeds.knowledge() == Knowledge.COMPLETE) {
      housekeeper.sweep(runtime);
    }
  }

  private boolean isLossy() {
    return feeds.store(FeedNames.STACKS).filter(StacksFeed.LOSSY::equals).isPresent();
  }

  private boolean isSettled(Entry entry) {
    return Stacks.stackOf(entry).filter(localStacks::isSettled).isPresent();
  }

  private void heard(String feed, String storeId, long revision) {
    Set<String> before = feeds.heard();
    if (feeds.heard(feed, storeId, revision)) {
      saver.feedChanged(feed);
    }
    if (!before.equals(feeds.heard())) {
      book.markAll();
      runtimes.seen().forEach(this::sweepIfAllIsKnown);
    }
  }

  private void want(String feed, Desired desired) {
    Entry entry = book.entry(desired.uid());
    if (entry.desired().isPresent() && !entry.feed().equals(feed)) {
      log.warn(
          "Feed {} wants uid {}, which feed {} has: the first one keeps it",
          feed,
          desired.uid(),
          entry.feed());
      return;
    }
    if (entry.desired().filter(desired::equals).isPresent()) {
      return;
    }
    Optional<History> before = entry.history();
    entry.want(feed, desired);
    saver.desiredChanged(feed, entry);
    if (!entry.history().equals(before)) {
      saver.note(entry);
    }
    admission.occupy(entry);
    book.touched(entry);
  }

  /** A workload that has taken the place of others, once it has proven itself: they can go. */
  void settleSuccession(Entry entry) {
    boolean startedFirst =
        entry.workload().isPresent()
            && entry.workload().get().update().order() == Order.START_FIRST;
    if (startedFirst && isProven(entry)) {
      Stacks.predecessors(entry)
          .forEach(other -> {
            feeds.changedByUs(other.feed());
            saver.feedChanged(other.feed());
            unwant(other);
          });
    }
  }

  private static boolean isProven(Entry entry) {
    Optional<String> proven =
        entry.history().flatMap(h -> h.rollout().proven()).map(Workload::specHash);
    return entry
        .workload()
        .map(Workload::specHash)
        .filter(hash -> proven.filter(hash::equals).isPresent())
        .isPresent();
  }

  /** Its feed does not list it any more. */
  private void drop(Entry entry) {
    if (entry.desired().isEmpty()) {
      return;
    }
    List<Entry> waiting = Stacks.predecessors(entry);
    Optional<Workload> kept =
        switch (entry.desired().get()) {
          // One that has not proven itself yet is no use to the next one.
          case Desired.Wanted wanted ->
              waiting.isEmpty() && mayRun(entry)
                  ? Optional.of(wanted.workload())
                  : Optional.empty();
          case Desired.Outgoing outgoing -> Optional.of(outgoing.workload());
          case Desired.Refused _ -> Optional.empty();
        };
    Optional<Entry> successor = kept.flatMap(_ -> successor(entry));
    if (successor.isPresent()) {
      want(entry.feed(), new Desired.Outgoing(kept.orElseThrow(), successor.get().uid));
    } else {
      unwant(entry);
    }
    waiting.forEach(this::drop);
  }

  /** Whether it runs, or could run where nobody has looked yet. */
  private boolean mayRun(Entry entry) {
    if (!entry.present().isEmpty()) {
      return entry.present().stream().anyMatch(p -> p.instance().state() instanceof Running);
    }
    return !entry
        .history()
        .flatMap(History::runtime)
        .map(runtimes.seen()::contains)
        .orElseGet(runtimes::areAllSeen);
  }

  /** The one that its feed wants in its place, started before it ends. */
  private Optional<Entry> successor(Entry entry) {
    return Stacks.namesakes(entry)
        .filter(other -> other.feed().equals(entry.feed()))
        .filter(other ->
            other
                .desired()
                .map(d ->
                    switch (d) {
                      case Desired.Wanted wanted ->
                          wanted.workload().update().order() == Order.START_FIRST;
                      case Desired.Refused refused -> entry.isOutgoingFor(refused.uid());
                      case Desired.Outgoing _ -> false;
                    })
                .orElse(false))
        .findFirst();
  }

  private void unwant(Entry entry) {
    Set<Entry> neighbours = book.stacks().neighbours(entry);
    saver.desiredChanged(entry.feed(), entry);
    entry.unwant();
    book.touched(entry);
    book.mark(neighbours);
  }
}
