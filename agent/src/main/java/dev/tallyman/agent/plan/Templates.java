package dev.tallyman.agent.plan;

import dev.tallyman.agent.model.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts facts of other workloads into environment variables. The form is that of the contract:
 * {@code ${workload.fact}}, and {@code $$} for a {@code $}.
 */
final class Templates {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$(?:\\$|\\{([a-z0-9-]+)\\.([A-Za-z0-9.]+)})");

  private Templates() {}

  /** What became of a workload's templates. */
  sealed interface Resolution {
    /** The values of all variables that have templates. */
    record Values(Map<String, String> variables) implements Resolution {}

    /** Some are not known yet. */
    record Missing(String what) implements Resolution {}
  }

  static Resolution resolve(Workload workload, List<DependencyView> dependencies) {
    if (workload.templates().isEmpty()) {
      return new Resolution.Values(Map.of());
    }
    Map<String, DependencyView> byName =
        dependencies.stream()
            .collect(Collectors.toMap(view -> view.dependency().workload(), view -> view));
    Map<String, String> variables = new LinkedHashMap<>();
    for (Map.Entry<String, String> variable : workload.spec().env().entrySet()) {
      if (workload.templates().contains(variable.getKey())) {
        Matcher matcher = REFERENCE.matcher(variable.getValue());
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
          Optional<String> fact = fact(matcher.toMatchResult(), byName);
          if (fact.isEmpty()) {
            return new Resolution.Missing(
                matcher.group(1) + "." + matcher.group(2) + " for " + variable.getKey());
          }
          matcher.appendReplacement(text, Matcher.quoteReplacement(fact.get()));
        }
        variables.put(variable.getKey(), matcher.appendTail(text).toString());
      }
    }
    return new Resolution.Values(variables);
  }

  private static Optional<String> fact(MatchResult reference, Map<String, DependencyView> byName) {
    if (reference.group(1) == null) {
      return Optional.of("$");
    }
    return Optional.ofNullable(byName.get(reference.group(1)))
        .flatMap(DependencyView::facts)
        .flatMap(facts -> facts.find(reference.group(2)));
  }
}
