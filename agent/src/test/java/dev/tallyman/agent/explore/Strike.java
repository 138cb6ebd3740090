package dev.tallyman.agent.explore;

/** What becomes of one request to an engine. */
enum Strike {
  /** It is done and answered. */
  NONE("", 0),
  /** The agent broke it off before it took effect. */
  CANCELLED_BEFORE(", broken off before it took effect", 0),
  /** The agent broke it off, and it took effect. */
  CANCELLED_AFTER(", broken off after it took effect", 0),
  /** It gets lost: no effect, no answer. */
  LOST_BEFORE(", lost before it took effect", 1),
  /** Its answer gets lost. */
  LOST_AFTER(", done, and its answer lost", 1),
  /** The engine refuses it. */
  REFUSED(", refused by the engine", 1),
  /** No answer; the engine does it later, at any time. */
  LATE(", not answered, and done at some later time", 1);

  private final String words;
  private final int cost;

  Strike(String words, int cost) {
    this.words = words;
    this.cost = cost;
  }

  String words() {
    return words;
  }

  int cost() {
    return cost;
  }
}
