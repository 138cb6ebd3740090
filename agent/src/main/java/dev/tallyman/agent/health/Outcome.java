package dev.tallyman.agent.health;

/**
 * How one check ended.
 *
 * @param word whether it succeeded
 * @param message why not, and how it was asked
 */
record Outcome(Tally.Word word, String message) {

  static Outcome works(String how) {
    return new Outcome(Tally.Word.WORKS, how);
  }

  static Outcome fails(String why) {
    return new Outcome(Tally.Word.FAILS, why);
  }
}
