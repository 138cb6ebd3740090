package dev.tallyman.runtime.apple.cli;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of the command or of its server.
 *
 * @param text as it was said
 */
public record Version(int major, int minor, int patch, String text) implements Comparable<Version> {

  /** Before it a failed start or exec destroys the container, and starts hang. */
  static final Version OLDEST = new Version(0, 11, 0, "0.11");

  private static final Pattern NUMBERS =
      Pattern.compile("(?:^|version |\\s|v)(\\d{1,5})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?[^\\s,)]*");

  private static final Comparator<Version> ORDER =
      Comparator.comparingInt(Version::major)
          .thenComparingInt(Version::minor)
          .thenComparingInt(Version::patch);

  /** The version in a sentence such as {@code container CLI version 1.2.2 (build: release)}. */
  static Optional<Version> in(String sentence) {
    Matcher found = NUMBERS.matcher(sentence);
    if (!found.find()) {
      return Optional.empty();
    }
    int patch = found.group(3) == null ? 0 : Integer.parseInt(found.group(3));
    return Optional.of(
        new Version(
            Integer.parseInt(found.group(1)),
            Integer.parseInt(found.group(2)),
            patch,
            found.group().replaceFirst("^version ", "").strip()));
  }

  /** Whether it is this one or a later one. */
  boolean isAtLeast(Version other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return text;
  }
}
