package dev.tallyman.proto.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares a contract with the one that was published before it. */
final class ContractCheck {

  private ContractCheck() {}

  /**
   * What of the published contract was removed or changed, and which retired numbers came back; one
   * sentence each. Empty: the contract is the same or has grown.
   *
   * @param retired paths of fields and enum values that were removed once and may never be used
   *     again
   */
  static List<String> breaks(Contract published, Set<String> retired, Contract now) {
    List<String> breaks = new ArrayList<>();
    published
        .entries()
        .forEach((path, before) -> {
          String after = now.entries().get(path);
          if (after == null) {
            breaks.add("%s (%s): removed (expected: it stays)".formatted(path, before));
          } else if (!after.equals(before)) {
            breaks.add("%s: now \"%s\" (expected: \"%s\")".formatted(path, after, before));
          }
        });
    for (String path : retired) {
      String reused = now.entries().get(path);
      if (reused != null) {
        breaks.add(
            "%s: used again for \"%s\" (expected: a number that was never used)"
                .formatted(path, reused));
      }
    }
    return breaks;
  }

  /** What the contract has that the published one has not. */
  static Set<String> additions(Contract published, Contract now) {
    Set<String> added = new TreeSet<>(now.entries().keySet());
    added.removeAll(published.entries().keySet());
    return added;
  }

  /** The numbers that retire when the contract takes the published one's place. */
  static Set<String> retiring(Contract published, Contract now) {
    Set<String> gone = new TreeSet<>(published.entries().keySet());
    gone.removeAll(now.entries().keySet());
    gone.removeIf(
        path -> !path.startsWith(Contract.FIELD) && !path.startsWith(Contract.ENUM_VALUE));
    return gone;
  }
}
