package dev.tallyman.compose.load.print;

import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue.Entry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Hides secrets in texts: the value of every variable that a secret is made of, wherever it
 * appears. A value of up to three letters is hidden only where it is the whole text, because it
 * would be found in everything.
 */
final class Redaction {

  static final String MARK = "***";

  private static final int SHORT = 3;

  private final List<String> secrets;

  Redaction(Project project) {
    this.secrets =
        Trees.entries(project.model(), "secrets")
            .map(Entry::value)
            .flatMap(secret ->
                Stream.concat(
                    Trees.text(secret, "environment").stream()
                        .flatMap(
                            name -> Optional.ofNullable(project.environment().get(name)).stream()),
                    Trees.text(secret, "content").stream()))
            .filter(value -> !value.isEmpty())
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  String apply(String text) {
    String hidden = text;
    for (String secret : secrets) {
      if (hidden.equals(secret)) {
        return MARK;
      }
      if (secret.length() > SHORT) {
        hidden = hidden.replace(secret, MARK);
      }
    }
    return hidden;
  }
}
