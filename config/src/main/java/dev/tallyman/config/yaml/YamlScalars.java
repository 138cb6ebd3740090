package dev.tallyman.config.yaml;

import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;

/** Writes single values of YAML. */
public final class YamlScalars {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_/.-](?:[A-Za-z0-9_./@+%=:-]*[A-Za-z0-9_./@+%=-])?");

  private YamlScalars() {}

  /**
   * The text on one line, in double quotes where {@link YamlReader} would otherwise not read the
   * same text again, also within {@code []} and {@code {}}.
   */
  public static String print(String text) {
    boolean plain =
        PLAIN.matcher(text).matches()
            && !text.startsWith("-")
            && !new CoreScalarResolver(false).resolve(text, true).equals(Tag.NULL);
    return plain ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            default -> {
              if (c >= ' ' && c < 0x7F) {
                quoted.appendCodePoint(c);
              } else if (c <= 0xFFFF) {
                quoted.append("\\u%04X".formatted(c));
              } else {
                quoted.append("\\U%08X".formatted(c));
              }
            }
          }
        });
    return quoted.append('"').toString();
  }
}
