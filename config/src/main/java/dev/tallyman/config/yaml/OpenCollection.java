package dev.tallyman.config.yaml;

import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A collection whose end has not come yet. */
abstract sealed class OpenCollection {

  final Place place;
  private final Optional<String> anchor;
  private int size = 1;
  private int height;

  private OpenCollection(Place place, Optional<String> anchor) {
    this.place = place;
    this.anchor = anchor;
  }

  final Optional<String> anchor() {
    return anchor;
  }

  final void add(Built child) {
    size += child.size();
    height = Math.max(height, child.height());
    accept(child);
  }

  final Built close() {
    return new Built(value(), size, height + 1, false);
  }

  abstract void accept(Built child);

  abstract YamlValue value();

  static final class OfItems extends OpenCollection {
    private final List<YamlValue> items = new ArrayList<>();

    OfItems(Place place, Optional<String> anchor) {
      super(place, anchor);
    }

    @Override
    void accept(Built child) {
      items.add(child.value());
    }

    @Override
    YamlValue value() {
      return new Sequence(place, items);
    }
  }

  static final class OfEntries extends OpenCollection {
    private final YamlDialect dialect;
    private final Faults faults;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Mapping> merged = new ArrayList<>();
    private @Nullable Built key;
    private @Nullable Place mergedAt;

    OfEntries(Place place, Optional<String> anchor, YamlDialect dialect, Faults faults) {
      super(place, anchor);
      this.dialect = dialect;
      this.faults = faults;
    }

    @Override
    void accept(Built child) {
      if (key == null) {
        key = child;
        return;
      }
      Built mine = key;
      key = null;
      if (mine.mergeKey() && dialect == YamlDialect.COMPOSE) {
        merge(mine.value().place(), child.value());
        return;
      }
      if (!(mine.value() instanceof Scalar(Place at, String name, Kind kind))
          || kind == Kind.NULL
          || (dialect == YamlDialect.COMPOSE && kind != Kind.TEXT)) {
        faults.add(
            mine.value().place().toString(),
            mine.value().kindName() + " as a key (expected: text" + quotes(mine.value()));
        return;
      }
      Entry first = entries.putIfAbsent(name, new Entry(at, name, child.value()));
      if (first != null) {
        faults.add(at.toString(), name + ": given twice, first at line " + first.place().line());
      }
    }

    private String quotes(YamlValue key) {
      return dialect == YamlDialect.COMPOSE && key instanceof Scalar(Place _, String text, Kind _)
          ? ": \"" + text + "\")"
          : ")";
    }

    private void merge(Place at, YamlValue value) {
      if (mergedAt != null) {
        faults.add(at.toString(), "<<: given twice, first at line " + mergedAt.line());
        return;
      }
      mergedAt = at;
      List<YamlValue> sources =
          value instanceof Sequence(Place _, List<YamlValue> items) ? items : List.of(value);
      for (YamlValue source : sources) {
        if (source instanceof Mapping mapping) {
          merged.add(mapping);
        } else if (!isStandIn(source)) {
          faults.add(
              at.toString(),
              "<<: "
                  + source.kindName()
                  + " cannot be merged (expected: a mapping or a list of mappings)");
        }
      }
    }

    /** An alias that could not be followed has its own fault. */
    private static boolean isStandIn(YamlValue value) {
      return value instanceof Scalar(Place _, String text, Kind kind)
          && kind == Kind.NULL
          && text.startsWith("*");
    }

    /** What is written here wins over what is merged in, and earlier mappings over later ones. */
    @Override
    YamlValue value() {
      for (Mapping mapping : merged) {
        mapping.entries().forEach(entry -> entries.putIfAbsent(entry.key(), entry));
      }
      return new Mapping(place, List.copyOf(entries.values()));
    }
  }
}
