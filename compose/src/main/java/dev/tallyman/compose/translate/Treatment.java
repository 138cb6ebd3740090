package dev.tallyman.compose.translate;

/** What is done with a key. */
sealed interface Treatment {

  /** It is part of the workloads. */
  record Translated() implements Treatment {}

  /**
   * It changes nothing about what runs.
   *
   * @param why a clause for people
   */
  record NoEffect(String why) implements Treatment {}

  /**
   * It is a fault, unless it says no more than that it is not set.
   *
   * @param advice what to do; a clause for people
   */
  record Refused(String advice) implements Treatment {}

  /** The treatment in one or two words. */
  default String word() {
    return switch (this) {
      case Translated _ -> "translated";
      case NoEffect _ -> "no effect";
      case Refused _ -> "refused";
    };
  }
}
