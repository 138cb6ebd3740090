package dev.tallyman.config.fault;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody who mistyped probably meant. */
public final class Suggestions {

  /** Words this long or longer are not compared: the cost is the product of the lengths. */
  private static final int LONGEST = 200;

  private Suggestions() {}

  /**
   * The known word that is nearest to the given one: by the number of letters to insert, delete,
   * replace or swap, at most a third of the word's length; upper and lower case, {@code -}, {@code
   * _} and {@code .} count as the same.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    String plain = plain(word);
    if (plain.length() >= LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .map(candidate -> new Scored(candidate, distance(plain, plain(candidate))))
        .filter(scored -> scored.distance <= Math.max(1, plain.length() / 3))
        .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::word))
        .map(Scored::word);
  }

  /**
   * The end of a sentence about an unknown word: {@code "; did you mean node.name?"}, or nothing.
   */
  public static String didYouMean(String word, Collection<String> known) {
    return nearest(word, known).map(near -> "; did you mean " + near + "?").orElse("");
  }

  private record Scored(String word, int distance) {}

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
  }

  /** Optimal string alignment distance. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
            Math.min(cost[i - 1][j - 1] + replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
