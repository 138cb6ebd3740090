package dev.tallyman.compose.load.print;

import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.tree.Numbers;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlScalars;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Prints a project's model as YAML. A dollar in a value is doubled, so that the output can be
 * loaded again. Immutable.
 */
public final class ComposeYaml {

  /** Text that would be read as something else when it is not in quotes. */
  private static final Pattern OTHER =
      Pattern.compile("[-+.]?\\d.*|[-+]?\\.(?:inf|nan)|true|false", Pattern.CASE_INSENSITIVE);

  private final Redaction redaction;
  private final StringBuilder out = new StringBuilder();

  private ComposeYaml(Project project) {
    this.redaction = new Redaction(project);
  }

  /** The model, with secrets as {@code ***}, and a line break at the end. */
  public static String print(Project project) {
    ComposeYaml printer = new ComposeYaml(project);
    printer.entries(project.model().entries(), "");
    return printer.out.toString();
  }

  private void entries(List<Entry> entries, String indent) {
    String before = "";
    for (Entry entry : entries) {
      out.append(before).append(text(entry.key())).append(':');
      nested(entry.value(), indent);
      before = indent;
    }
  }

  private void nested(YamlValue value, String indent) {
    switch (value) {
      case Scalar scalar -> out.append(' ').append(scalar(scalar)).append('\n');
      case Sequence(Place _, List<YamlValue> items) -> {
        if (items.isEmpty()) {
          out.append(" []\n");
          return;
        }
        out.append('\n');
        for (YamlValue item : items) {
          out.append(indent).append("  - ");
          item(item, indent + "    ");
        }
      }
      case Mapping(Place _, List<Entry> entries) -> {
        if (entries.isEmpty()) {
          out.append(" {}\n");
          return;
        }
        out.append('\n').append(indent).append("  ");
        entries(entries, indent + "  ");
      }
    }
  }

  private void item(YamlValue item, String indent) {
    switch (item) {
      case Scalar scalar -> out.append(scalar(scalar)).append('\n');
      case Mapping(Place _, List<Entry> entries) when !entries.isEmpty() ->
          entries(entries, indent);
      case Mapping _ -> out.append("{}\n");
      case Sequence(Place _, List<YamlValue> items) when !items.isEmpty() -> {
        String before = "";
        for (YamlValue inner : items) {
          out.append(before).append("- ");
          item(inner, indent + "  ");
          before = indent;
        }
      }
      case Sequence _ -> out.append("[]\n");
    }
  }

  private String scalar(Scalar scalar) {
    return switch (scalar.kind()) {
      case TEXT -> text(redaction.apply(scalar.text()).replace("$", "$$"));
      case NUMBER -> number(scalar.text());
      case BOOLEAN -> scalar.text().toLowerCase(Locale.ROOT);
      case NULL -> "null";
    };
  }

  /** Infinities and the like are no decimal numbers and stay as written. */
  private static String number(String written) {
    String decimal = Numbers.asText(written);
    return Character.isLetter(decimal.charAt(decimal.length() - 1)) ? written : decimal;
  }

  private static String text(String text) {
    String printed = YamlScalars.print(text);
    return printed.equals(text) && OTHER.matcher(text).matches() ? '"' + text + '"' : printed;
  }
}
