package dev.tallyman.config;

import dev.tallyman.config.Settings.InForce;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes settings as a settings file with comments. */
final class SettingsPrinter {

  private static final int COMMENT_COLUMN = 40;

  private final StringBuilder out = new StringBuilder();

  private SettingsPrinter() {}

  static String print(Collection<InForce<?>> values) {
    Branch root = new Branch();
    for (InForce<?> value : values) {
      Branch branch = root;
      String[] words = value.setting().key().split("\\.", -1);
      for (int i = 0; i < words.length - 1; i++) {
        branch = branch.branch(words[i]);
      }
      branch.leaves().put(words[words.length - 1], value);
    }
    SettingsPrinter printer = new SettingsPrinter();
    printer.branch(root, "");
    return printer.out.toString();
  }

  private void branch(Branch branch, String indent) {
    branch.leaves().forEach((word, value) -> leaf(indent, word, value));
    branch
        .branches()
        .forEach((word, child) -> {
          out.append(indent).append(word).append(":\n");
          branch(child, indent + "  ");
        });
  }

  private void leaf(String indent, String word, InForce<?> value) {
    String printed = value.printed();
    boolean loadable = !printed.isEmpty() && !value.setting().isSecret();
    String line = indent + (loadable ? "" : "# ") + word + ": " + printed;
    String comment = printed.isEmpty() ? "not set" : value.source().toString();
    out.append(line)
        .repeat(' ', Math.max(2, COMMENT_COLUMN - line.length()))
        .append("# ")
        .append(comment)
        .append('\n');
  }

  private record Branch(Map<String, InForce<?>> leaves, Map<String, Branch> branches) {
    Branch() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    Branch branch(String word) {
      return branches.computeIfAbsent(word, _ -> new Branch());
    }
  }
}
