package dev.tallyman.agent.feed;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Decides what of a feed's offers is believed. Pure.
 *
 * <p>A server that lost its data says that nothing should run. It shows in the identity of its
 * store, or in a revision that went back; then what it says is refused, and the node keeps what it
 * has, until an operator says that this store is to be believed.
 *
 * @param held what the node holds
 * @param accepted the store that an operator has said is to be believed, whatever its revision
 */
record FeedGuard(Held held, Optional<String> accepted) {

  FeedGuard {
    requireNonNull(held, "held");
    requireNonNull(accepted, "accepted");
  }

  /** It is shown to people, written down and typed by them; stores give UUIDs. */
  private static final int MAX_STORE_ID_CHARS = 256;

  /** What to do with an offer. */
  sealed interface Verdict {
    /** Use it. */
    record Accept() implements Verdict {}

    /** Do not use it, nor anything else of this store. */
    record Refuse(String reason) implements Verdict {}

    /** Ask for everything: this does not fit on what is held. */
    record AskSnapshot(String reason) implements Verdict {}
  }

  private static final Verdict ACCEPT = new Verdict.Accept();

  /** A server that has this store wants to be heard. */
  Verdict welcome(String storeId) {
    if (storeId.isEmpty()) {
      return new Verdict.Refuse("The control plane does not say which store it has.");
    }
    if (storeId.length() > MAX_STORE_ID_CHARS) {
      return new Verdict.Refuse(
          "The control plane's store has an identity of "
              + storeId.length()
              + " characters (expected: at most "
              + MAX_STORE_ID_CHARS
              + ").");
    }
    return isBelieved(storeId) ? ACCEPT : otherStore(storeId);
  }

  /** A server offers everything. */
  Verdict snapshot(String storeId, long revision) {
    if (!(welcome(storeId) instanceof Verdict.Accept)) {
      return welcome(storeId);
    }
    if (revision < 0) {
      return new Verdict.Refuse(
          "Its revision is " + Long.toUnsignedString(revision) + ", beyond what can be.");
    }
    if (accepted.filter(storeId::equals).isEmpty()
        && !held.isNothing()
        && revision < held.revision()) {
      return new Verdict.Refuse(
          "The control plane's store "
              + storeId
              + " went back from revision "
              + held.revision()
              + " to "
              + revision
              + ": it lost data.");
    }
    return ACCEPT;
  }

  /** A server offers what changed between two revisions. */
  Verdict delta(String storeId, long fromRevision, long toRevision) {
    if (!storeId.equals(held.storeId()) || fromRevision != held.revision()) {
      return new Verdict.AskSnapshot(
          "delta from revision "
              + Long.toUnsignedString(fromRevision)
              + " of store "
              + shown(storeId)
              + " (expected: from "
              + (held.isNothing()
                  ? "none, as nothing is held"
                  : "revision " + held.revision() + " of store " + held.storeId())
              + ")");
    }
    if (toRevision < fromRevision) {
      return new Verdict.AskSnapshot(
          "delta to revision "
              + Long.toUnsignedString(toRevision)
              + " (expected: not below "
              + fromRevision
              + ", where it begins)");
    }
    return ACCEPT;
  }

  /** The identity as people see it. */
  static String shown(String storeId) {
    return storeId.length() <= MAX_STORE_ID_CHARS
        ? storeId
        : storeId.substring(0, MAX_STORE_ID_CHARS) + "...";
  }

  private boolean isBelieved(String storeId) {
    return held.isNothing()
        || held.storeId().equals(storeId)
        || accepted.filter(storeId::equals).isPresent();
  }

  private Verdict otherStore(String storeId) {
    return new Verdict.Refuse(
        "The control plane has another store, "
            + storeId
            + " (expected: "
            + held.storeId()
            + ", whose revision "
            + held.revision()
            + " is held).");
  }
}
