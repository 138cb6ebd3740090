package dev.tallyman.compose.load.print;

import dev.tallyman.compose.load.Project;
import dev.tallyman.compose.load.tree.Numbers;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.List;
import java.util.Locale;

/**
 * Prints a project's model as JSON with two blanks for each level. A dollar in a value is doubled,
 * so that the output can be loaded again. Immutable.
 */
public final class ComposeJson {

  private final Redaction redaction;
  private final StringBuilder out = new StringBuilder();

  private ComposeJson(Project project) {
    this.redaction = new Redaction(project);
  }

  /** The model, with secrets as {@code ***}, and a line break at the end. */
  public static String print(Project project) {
    ComposeJson printer = new ComposeJson(project);
    printer.value(project.model(), "");
    return printer.out.append('\n').toString();
  }

  private void value(YamlValue value, String indent) {
    switch (value) {
      case Scalar scalar -> scalar(scalar);
      case Sequence(Place _, List<YamlValue> items) -> {
        out.append('[');
        String separator = "";
        for (YamlValue item : items) {
          out.append(separator).append('\n').append(indent).append("  ");
          value(item, indent + "  ");
          separator = ",";
        }
        end(items.isEmpty(), indent, ']');
      }
      case Mapping(Place _, List<Entry> entries) -> {
        out.append('{');
        String separator = "";
        for (Entry entry : entries) {
          out.append(separator).append('\n').append(indent).append("  ");
          quoted(entry.key());
          out.append(": ");
          value(entry.value(), indent + "  ");
          separator = ",";
        }
        end(entries.isEmpty(), indent, '}');
      }
    }
  }

  private void end(boolean empty, String indent, char bracket) {
    if (!empty) {
      out.append('\n').append(indent);
    }
    out.append(bracket);
  }

  private void scalar(Scalar scalar) {
    switch (scalar.kind()) {
      case TEXT -> quoted(redaction.apply(scalar.text()).replace("$", "$$"));
      case BOOLEAN -> out.append(scalar.text().toLowerCase(Locale.ROOT));
      case NULL -> out.append("null");
      case NUMBER -> {
        String number = Numbers.asText(scalar.text());
        if (Character.isLetter(number.charAt(number.length() - 1))) {
          quoted(number);
        } else {
          out.append(number);
        }
      }
    }
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || (c >= 0x7F && c < 0xA0)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
