package dev.tallyman.compose.load.merge;

import dev.tallyman.compose.load.shape.Identity;
import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Where merging is not simply entry by entry and one list after the other. */
final class MergeRules {

  /**
   * How lists are merged.
   *
   * @param identity items with the same are the same thing; the later one takes the place of the
   *     earlier one
   * @param mergesItems whether it is merged with the earlier one instead
   */
  record ListRule(Function<YamlValue, String> identity, boolean mergesItems) {}

  private static final String ANY = "*";

  private static final List<List<String>> REPLACED =
      List.of(
          List.of("services", ANY, "command"),
          List.of("services", ANY, "entrypoint"),
          List.of("services", ANY, "healthcheck", "test"),
          List.of("services", ANY, "environment", ANY),
          List.of("services", ANY, "ulimits", ANY));

  private static final List<String> LOGGING = List.of("services", ANY, "logging");

  private static final Map<List<String>, ListRule> LISTS =
      Map.of(
          List.of("services", ANY, "ports"), new ListRule(Identity::ofPort, false),
          List.of("services", ANY, "volumes"), new ListRule(Identity::ofTarget, false),
          List.of("services", ANY, "devices"), new ListRule(Identity::ofTarget, false),
          List.of("services", ANY, "secrets"), new ListRule(Identity::ofSecret, false),
          List.of("services", ANY, "configs"), new ListRule(Identity::ofConfig, false),
          List.of("services", ANY, "tmpfs"), new ListRule(Identity::ofTmpfs, false),
          List.of("services", ANY, "env_file"), new ListRule(Identity::ofPath, false),
          List.of("networks", ANY, "ipam", "config"), new ListRule(Identity::ofPool, true));

  private static final ListRule TEXTS =
      new ListRule(item -> Trees.text(item).orElse("?" + item.place()), false);

  private MergeRules() {}

  /** Whether the later value takes the place of the earlier one, even when it is nothing. */
  static boolean replaces(KeyPath at) {
    return REPLACED.stream().anyMatch(at::matches);
  }

  /**
   * Whether two mappings cannot be merged, so that the later one takes the place of the earlier
   * one: options of one logging driver mean nothing to another.
   */
  static boolean excludes(KeyPath at, Mapping base, Mapping over) {
    if (!at.matches(LOGGING)) {
      return false;
    }
    Optional<String> mine = Trees.text(over, "driver");
    Optional<String> old = Trees.text(base, "driver");
    return mine.isPresent() && old.isPresent() && !mine.equals(old);
  }

  /** How the lists there are merged; empty for one after the other. */
  static Optional<ListRule> list(KeyPath at) {
    for (Map.Entry<List<String>, ListRule> rule : LISTS.entrySet()) {
      if (at.matches(rule.getKey())) {
        return Optional.of(rule.getValue());
      }
    }
    return isExtension(at) ? Optional.empty() : Optional.of(TEXTS);
  }

  private static boolean isExtension(KeyPath at) {
    List<String> keys = at.keys();
    return keys.getFirst().startsWith("x-")
        || keys.stream().skip(2).anyMatch(key -> key.startsWith("x-"));
  }
}
