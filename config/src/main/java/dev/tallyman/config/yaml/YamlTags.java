package dev.tallyman.config.yaml;

import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/** What tags mean, and what single values are without one. */
final class YamlTags {

  private static final ScalarResolver CORE = new CoreScalarResolver(false);
  private static final String MERGE = Tag.PREFIX + "merge";
  private static final Set<String> MARKS = Set.of("!reset", "!override");

  private final YamlDialect dialect;
  private final Faults faults;
  private final Map<Place, String> marks = new HashMap<>();

  YamlTags(YamlDialect dialect, Faults faults) {
    this.dialect = dialect;
    this.faults = faults;
  }

  /** The marks since the last call. */
  Map<Place, String> takeMarks() {
    Map<Place, String> taken = Map.copyOf(marks);
    marks.clear();
    return taken;
  }

  Kind kind(ScalarEvent event, Place place) {
    Optional<String> tag = event.getTag();
    if (tag.isEmpty() || isMark(tag.get(), place)) {
      return event.isPlain() ? plainKind(event.getValue()) : Kind.TEXT;
    }
    if (dialect == YamlDialect.PLAIN) {
      refuse(tag.get(), place);
      return event.isPlain() ? plainKind(event.getValue()) : Kind.TEXT;
    }
    String name = tag.get();
    Kind found = plainKind(event.getValue());
    if (name.equals("!") || name.equals(Tag.STR.getValue()) || isMergeKey(event)) {
      return Kind.TEXT;
    }
    if (name.equals(Tag.INT.getValue()) || name.equals(Tag.FLOAT.getValue())) {
      return same(name, event, place, Kind.NUMBER, found);
    }
    if (name.equals(Tag.BOOL.getValue())) {
      return same(name, event, place, Kind.BOOLEAN, found);
    }
    if (name.equals(Tag.NULL.getValue())) {
      return same(name, event, place, Kind.NULL, found);
    }
    refuse(name, place);
    return found;
  }

  /** Whether the value is {@code <<} and, as a key, merges mappings. */
  static boolean isMergeKey(ScalarEvent event) {
    return event.isPlain()
        && event.getValue().equals("<<")
        && event.getTag().map(tag -> tag.equals(MERGE)).orElse(true);
  }

  void check(CollectionStartEvent event, Place place) {
    String expected = (event.getEventId() == Event.ID.MappingStart ? Tag.MAP : Tag.SEQ).getValue();
    event
        .getTag()
        .filter(tag -> !isMark(tag, place))
        .filter(tag -> dialect == YamlDialect.PLAIN || !(tag.equals(expected) || tag.equals("!")))
        .ifPresent(tag -> refuse(tag, place));
  }

  private Kind same(String tag, ScalarEvent event, Place place, Kind wanted, Kind found) {
    if (wanted != found) {
      faults.add(place.toString(), event.getValue() + ": does not fit its tag " + shortName(tag));
    }
    return wanted;
  }

  private boolean isMark(String tag, Place place) {
    if (dialect == YamlDialect.PLAIN || !MARKS.contains(tag)) {
      return false;
    }
    marks.put(place, tag);
    return true;
  }

  private void refuse(String tag, Place place) {
    faults.add(
        place.toString(),
        switch (dialect) {
          case PLAIN ->
              tag + ": tags are not supported; put text that looks like a number in quotes";
          case COMPOSE ->
              shortName(tag)
                  + ": this tag is not supported (expected: !reset, !override or one of YAML's core"
                  + " schema)";
        });
  }

  private static String shortName(String tag) {
    return tag.startsWith(Tag.PREFIX) ? "!!" + tag.substring(Tag.PREFIX.length()) : tag;
  }

  private static Kind plainKind(String text) {
    Tag tag = CORE.resolve(text, true);
    if (tag.equals(Tag.NULL)) {
      return Kind.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return Kind.BOOLEAN;
    }
    return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) ? Kind.NUMBER : Kind.TEXT;
  }
}
