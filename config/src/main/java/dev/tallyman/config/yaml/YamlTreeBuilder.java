package dev.tallyman.config.yaml;

import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Builds values from parser events. It works on events rather than on the library's nodes because
 * an event stream is bounded while it is read: depth never becomes recursion, and an alias is
 * counted as what it stands for before anybody walks through it. Aliases share the value, so that a
 * bomb is refused without ever having been blown up.
 */
final class YamlTreeBuilder {

  private final String file;
  private final YamlReader.Bounds bounds;
  private final YamlDialect dialect;
  private final Faults faults;
  private final YamlTags tags;
  private final List<YamlDocument> documents = new ArrayList<>();
  private final Deque<OpenCollection> open = new ArrayDeque<>();
  private final Map<String, Built> anchors = new HashMap<>();
  private int values;
  private Optional<Mark> reached = Optional.empty();

  YamlTreeBuilder(String file, YamlReader.Bounds bounds, YamlDialect dialect, Faults faults) {
    this.file = file;
    this.bounds = bounds;
    this.dialect = dialect;
    this.faults = faults;
    this.tags = new YamlTags(dialect, faults);
  }

  List<YamlDocument> documents() {
    return List.copyOf(documents);
  }

  /** Where what came last begins, for faults that have no place of their own. */
  String reached() {
    return reached.map(mark -> place(file, mark).toString()).orElse(file);
  }

  void accept(Event event) {
    reached = event.getStartMark().or(() -> reached);
    switch (event.getEventId()) {
      case Scalar -> scalar((ScalarEvent) event);
      case Alias -> alias((AliasEvent) event);
      case SequenceStart -> {
        CollectionStartEvent start = (CollectionStartEvent) event;
        begin(
            start,
            new OpenCollection.OfItems(place(event), start.getAnchor().map(Object::toString)));
      }
      case MappingStart -> {
        CollectionStartEvent start = (CollectionStartEvent) event;
        begin(
            start,
            new OpenCollection.OfEntries(
                place(event), start.getAnchor().map(Object::toString), dialect, faults));
      }
      case SequenceEnd, MappingEnd -> {
        OpenCollection ended = open.pop();
        Built built = ended.close();
        ended.anchor().ifPresent(name -> anchors.put(name, built));
        add(built, 1);
      }
      case DocumentStart -> anchors.clear();
      case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
    }
  }

  static Place place(String file, Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private void scalar(ScalarEvent event) {
    refuseAnchor(event);
    Place place = place(event);
    Scalar scalar = new Scalar(place, event.getValue(), tags.kind(event, place));
    Built built = new Built(scalar, 1, 0, YamlTags.isMergeKey(event));
    event.getAnchor().ifPresent(name -> anchors.put(name.toString(), built));
    add(built, 1);
  }

  private void alias(AliasEvent event) {
    String name = event.getAlias().toString();
    Place place = place(event);
    Built standIn = new Built(standInFor(name, place), 1, 0, false);
    if (dialect == YamlDialect.PLAIN) {
      faults.add(place.toString(), "*" + name + ": aliases are not supported");
      add(standIn, 1);
      return;
    }
    if (open.stream().anyMatch(parent -> parent.anchor().filter(name::equals).isPresent())) {
      faults.add(place.toString(), "*" + name + ": stands within what it stands for");
      add(standIn, 1);
      return;
    }
    Built target = anchors.get(name);
    if (target == null) {
      faults.add(place.toString(), "*" + name + ": there is no anchor &" + name + " before it");
      add(standIn, 1);
      return;
    }
    refuseDepth(place, open.size() + target.height());
    add(target, target.size());
  }

  /** What takes the place of an alias that cannot be followed, for which there is a fault. */
  private Scalar standInFor(String alias, Place place) {
    return new Scalar(
        place,
        "*" + alias,
        switch (dialect) {
          case PLAIN -> Kind.TEXT;
          case COMPOSE -> Kind.NULL;
        });
  }

  private void begin(CollectionStartEvent event, OpenCollection collection) {
    refuseAnchor(event);
    tags.check(event, collection.place);
    refuseDepth(collection.place, open.size() + 1);
    open.push(collection);
  }

  private void refuseDepth(Place place, int depth) {
    if (depth > bounds.maxDepth()) {
      throw new BeyondBoundsException(
          place, "nested too deeply (expected: at most " + bounds.maxDepth() + " levels)");
    }
  }

  private void refuseAnchor(NodeEvent event) {
    if (dialect == YamlDialect.PLAIN) {
      event
          .getAnchor()
          .ifPresent(anchor ->
              faults.add(place(event).toString(), "&" + anchor + ": anchors are not supported"));
    }
  }

  /**
   * Puts a value where it belongs.
   *
   * @param more values that were not counted yet
   */
  private void add(Built built, int more) {
    if (more > bounds.maxValues() - values) {
      throw new BeyondBoundsException(
          built.value().place(),
          "too many values (expected: at most "
              + bounds.maxValues()
              + (dialect == YamlDialect.PLAIN ? ")" : ", aliases counted as what they stand for)"));
    }
    values += more;
    OpenCollection parent = open.peek();
    if (parent != null) {
      parent.add(built);
    } else if (!(built.value() instanceof Scalar(Place _, String _, Kind kind)
        && kind == Kind.NULL)) {
      documents.add(new YamlDocument(built.value(), tags.takeMarks()));
    }
  }

  private Place place(Event event) {
    return event
        .getStartMark()
        .map(mark -> place(file, mark))
        .orElseThrow(() -> new IllegalStateException("the parser was asked for marks"));
  }
}
