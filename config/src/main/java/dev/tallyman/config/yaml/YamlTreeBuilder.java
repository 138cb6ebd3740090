package dev.tallyman.config.yaml;

import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/**
 * Builds values from parser events. It works on events rather than on the library's nodes because
 * an event stream is bounded while it is read: depth never becomes recursion, and an alias is seen
 * before it is followed.
 */
final class YamlTreeBuilder {

  private static final ScalarResolver CORE = new CoreScalarResolver(false);

  private final String file;
  private final YamlReader.Bounds bounds;
  private final Faults faults;
  private final List<YamlValue> documents = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private int values;

  YamlTreeBuilder(String file, YamlReader.Bounds bounds, Faults faults) {
    this.file = file;
    this.bounds = bounds;
    this.faults = faults;
  }

  List<YamlValue> documents() {
    return List.copyOf(documents);
  }

  void accept(Event event) {
    switch (event.getEventId()) {
      case Scalar -> scalar((ScalarEvent) event);
      case Alias -> alias((AliasEvent) event);
      case SequenceStart -> begin((CollectionStartEvent) event, new OpenSequence(place(event)));
      case MappingStart -> begin((CollectionStartEvent) event, new OpenMapping(place(event)));
      case SequenceEnd, MappingEnd -> add(open.pop().close());
      case StreamStart, StreamEnd, DocumentStart, DocumentEnd, Comment -> {}
    }
  }

  static Place place(String file, Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private void scalar(ScalarEvent event) {
    refuseDecoration(event, event.getTag());
    add(new Scalar(place(event), event.getValue(), kind(event)));
  }

  private void alias(AliasEvent event) {
    faults.add(place(event).toString(), "*" + event.getAlias() + ": aliases are not supported");
    add(new Scalar(place(event), "*" + event.getAlias(), Kind.TEXT));
  }

  private void begin(CollectionStartEvent event, Open collection) {
    refuseDecoration(event, event.getTag());
    if (open.size() >= bounds.maxDepth()) {
      throw new BeyondBounds(
          place(event), "nested too deeply (expected: at most " + bounds.maxDepth() + " levels)");
    }
    open.push(collection);
  }

  private void refuseDecoration(NodeEvent event, Optional<String> tag) {
    event
        .getAnchor()
        .ifPresent(anchor ->
            faults.add(place(event).toString(), "&" + anchor + ": anchors are not supported"));
    tag.ifPresent(name ->
        faults.add(
            place(event).toString(),
            name + ": tags are not supported; put text that looks like a number in quotes"));
  }

  private void add(YamlValue value) {
    values++;
    if (values > bounds.maxValues()) {
      throw new BeyondBounds(
          value.place(), "too many values (expected: at most " + bounds.maxValues() + ")");
    }
    Open parent = open.peek();
    if (parent != null) {
      parent.add(value);
    } else if (!(value instanceof Scalar(Place _, String _, Kind kind) && kind == Kind.NULL)) {
      documents.add(value);
    }
  }

  private Place place(Event event) {
    return event
        .getStartMark()
        .map(mark -> place(file, mark))
        .orElseThrow(() -> new IllegalStateException("the parser was asked for marks"));
  }

  private static Kind kind(ScalarEvent event) {
    if (!event.isPlain()) {
      return Kind.TEXT;
    }
    Tag tag = CORE.resolve(event.getValue(), true);
    if (tag.equals(Tag.NULL)) {
      return Kind.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return Kind.BOOLEAN;
    }
    return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) ? Kind.NUMBER : Kind.TEXT;
  }

  /** A collection whose end has not come yet. */
  private interface Open {
    void add(YamlValue value);

    YamlValue close();
  }

  private static final class OpenSequence implements Open {
    private final Place place;
    private final List<YamlValue> items = new ArrayList<>();

    OpenSequence(Place place) {
      this.place = place;
    }

    @Override
    public void add(YamlValue value) {
      items.add(value);
    }

    @Override
    public YamlValue close() {
      return new Sequence(place, items);
    }
  }

  private final class OpenMapping implements Open {
    private final Place place;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private @Nullable YamlValue key;

    OpenMapping(Place place) {
      this.place = place;
    }

    @Override
    public void add(YamlValue value) {
      if (key == null) {
        key = value;
        return;
      }
      YamlValue mine = key;
      key = null;
      if (!(mine instanceof Scalar(Place at, String name, Kind kind)) || kind == Kind.NULL) {
        faults.add(mine.place().toString(), mine.kindName() + " as a key (expected: text)");
        return;
      }
      Entry first = entries.putIfAbsent(name, new Entry(at, name, value));
      if (first != null) {
        faults.add(at.toString(), name + ": given twice, first at line " + first.place().line());
      }
    }

    @Override
    public YamlValue close() {
      return new Mapping(place, List.copyOf(entries.values()));
    }
  }

  /** The input is larger than its bounds; nothing after this place is read. */
  static final class BeyondBounds extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String place;
    private final String problem;

    BeyondBounds(Place place, String problem) {
      super(problem, null, false, false);
      this.place = place.toString();
      this.problem = problem;
    }

    String place() {
      return place;
    }

    String problem() {
      return problem;
    }
  }
}
