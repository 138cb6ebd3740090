package dev.tallyman.runtime.apple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.runtime.Labels;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The labels that only this runtime gives, and how any text is put into a label.
 *
 * <p>The command splits a label at every {@code =}: it refuses {@code k=a=b} and cuts the end of
 * {@code k=abc=} in silence. So a value with one in it is written as {@code hex:} and its bytes in
 * UTF-8, and so is one that begins with that word.
 */
public final class Marks {

  /** Tells containers apart that had the same name one after the other: 12 hex digits. */
  public static final String INCARNATION = Labels.PREFIX + "incarnation";

  /** The stop signal of its spec, which the engine does not keep. */
  public static final String STOP_SIGNAL = Labels.PREFIX + "stop-signal";

  /** Its names in its networks: {@code network:name,name;network:name}. */
  public static final String ALIASES = Labels.PREFIX + "aliases";

  /** The image reference of its spec, of which the engine only keeps a longer form. */
  static final String IMAGE = Labels.PREFIX + "image";

  /** Labels that begin with this change what the engine does. */
  static final String RESERVED = "com.apple.container.";

  private static final String HEX = "hex:";
  private static final Pattern INCARNATION_FORM = Pattern.compile("[0-9a-f]{12}");

  private Marks() {}

  /** The label's value as the command takes it. */
  public static String encode(String value) {
    return value.indexOf('=') >= 0 || value.startsWith(HEX)
        ? HEX + HexFormat.of().formatHex(value.getBytes(UTF_8))
        : value;
  }

  /** The text that was put in. */
  public static String decode(String value) {
    if (!value.startsWith(HEX)) {
      return value;
    }
    try {
      return new String(HexFormat.of().parseHex(value.substring(HEX.length())), UTF_8);
    } catch (IllegalArgumentException notOurs) {
      return value;
    }
  }

  /** The same for all of a container's labels. */
  public static Map<String, String> decode(Map<String, String> labels) {
    Map<String, String> decoded = new LinkedHashMap<>();
    labels.forEach((key, value) -> decoded.put(key, decode(value)));
    return decoded;
  }

  static boolean isIncarnation(String text) {
    return INCARNATION_FORM.matcher(text).matches();
  }
}
