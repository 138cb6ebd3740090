package dev.tallyman.cli.output;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Messages for programs: in the contract's JSON form, with fields that have their default too, so
 * that a script finds a restart count of 0.
 */
public final class Documents {

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence();

  private Documents() {}

  /** {@code {"items": [...]}} on several lines, with a line break at the end. */
  public static String json(List<? extends MessageOrBuilder> items) {
    if (items.isEmpty()) {
      return "{\n  \"items\": []\n}\n";
    }
    StringBuilder text = new StringBuilder("{\n  \"items\": [");
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "\n" : ",\n")
          .append(print(PRINTER, items.get(i)).indent(4).stripTrailing());
    }
    return text.append("\n  ]\n}\n").toString();
  }

  /** A message on one line, without a line break at the end. */
  public static String jsonLine(MessageOrBuilder item) {
    return print(PRINTER.omittingInsignificantWhitespace(), item);
  }

  /** {@code items:} with the same structure as the JSON form. */
  public static String yaml(List<? extends MessageOrBuilder> items) {
    LoadSettings load = LoadSettings.builder().setSchema(new CoreSchema()).build();
    List<Object> values =
        items.stream().<Object>map(item -> new Load(load).loadFromString(jsonLine(item))).toList();
    DumpSettings dump =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setNonPrintableStyle(NonPrintableStyle.ESCAPE)
            .setSchema(new CoreSchema())
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setDereferenceAliases(true)
            .build();
    return new Dump(dump).dumpToString(Map.of("items", values));
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder item) {
    try {
      return printer.print(item);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message without Any fields has a JSON form", e);
    }
  }
}
