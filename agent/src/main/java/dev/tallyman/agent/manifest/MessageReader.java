package dev.tallyman.agent.manifest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.fault.Suggestions;
import dev.tallyman.config.quantity.InvalidValueException;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;
import dev.tallyman.config.yaml.YamlValue.Entry;
import dev.tallyman.config.yaml.YamlValue.Kind;
import dev.tallyman.config.yaml.YamlValue.Mapping;
import dev.tallyman.config.yaml.YamlValue.Scalar;
import dev.tallyman.config.yaml.YamlValue.Sequence;
import dev.tallyman.proto.v1.EnvVar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads mappings into messages, field by field of the descriptor. Faults name place and path. */
final class MessageReader {

  /** A field and the builder that takes its value. */
  record Target(FieldDescriptor field, Message.Builder builder) {}

  private final Faults faults;

  MessageReader(Faults faults) {
    this.faults = faults;
  }

  /** The fields of a message under their names in manifests. */
  static Map<String, Target> fieldsOf(Message.Builder builder) {
    Map<String, Target> fields = new LinkedHashMap<>();
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      fields.put(FieldForm.nameOf(field), new Target(field, builder));
    }
    return fields;
  }

  /**
   * Reads the entries of a mapping.
   *
   * @param path of the mapping, with a dot at its end unless it is empty
   */
  void read(Mapping mapping, String path, Map<String, Target> fields) {
    Set<String> given = new HashSet<>();
    for (Entry entry : mapping.entries()) {
      String here = path + entry.key();
      given.add(entry.key());
      Target target = fields.get(entry.key());
      if (target == null) {
        fault(
            entry.place(),
            here,
            "no such field" + Suggestions.didYouMean(entry.key(), fields.keySet()));
      } else {
        readField(entry.value(), here, target);
      }
    }
    fields.forEach((name, target) -> {
      if (FieldForm.isRequired(target.field) && !given.contains(name)) {
        Optional<String> instead = FieldForm.instead(target.field);
        if (instead.filter(given::contains).isEmpty()) {
          fault(
              mapping.place(),
              path + name,
              "missing (expected: "
                  + FieldForm.expected(target.field)
                  + instead.map(other -> ", or a " + other).orElse("")
                  + ")");
        }
      }
    });
    refuseSeveral(mapping, path, fields, given);
  }

  /** Of some fields only one can be given. */
  private void refuseSeveral(
      Mapping mapping, String path, Map<String, Target> fields, Set<String> given) {
    Map<OneofDescriptor, List<String>> alternatives = new LinkedHashMap<>();
    fields.forEach((name, target) ->
        Optional.ofNullable(target.field.getRealContainingOneof())
            .ifPresent(
                oneof -> alternatives.computeIfAbsent(oneof, _ -> new ArrayList<>()).add(name)));
    alternatives.forEach((oneof, names) -> {
      List<String> several = names.stream().filter(given::contains).toList();
      if (several.size() > 1) {
        fault(
            mapping.place(),
            path + oneof.getName(),
            String.join(", ", several) + " (expected: one of " + String.join(", ", names) + ")");
      }
    });
  }

  void fault(Place place, String path, String message) {
    faults.add(place.toString(), path + ": " + message);
  }

  private void readField(YamlValue value, String path, Target target) {
    FieldDescriptor field = target.field;
    if (field.isMapField()) {
      readPairs(
          value,
          path,
          (name, text) ->
              target.builder.addRepeatedField(field, mapEntry(target.builder, field, name, text)));
    } else if (field.isRepeated() && isEnv(field) && value instanceof Mapping env) {
      readEnv(env, path, target);
    } else if (field.isRepeated()) {
      readItems(value, path, target);
    } else {
      readSingle(value, path, target, read -> target.builder.setField(field, read));
    }
  }

  /** {@code NAME: value}, or {@code NAME: {template: text}}. */
  private void readEnv(Mapping env, String path, Target target) {
    for (Entry entry : env.entries()) {
      String here = path + "." + entry.key();
      EnvVar.Builder variable = EnvVar.newBuilder().setName(entry.key());
      if (entry.value() instanceof Mapping template) {
        Map<String, Target> fields = fieldsOf(variable);
        fields.remove("name");
        read(template, here + ".", fields);
      } else {
        text(entry.value(), here, "text; \"\" for empty text").ifPresent(variable::setValue);
      }
      target.builder.addRepeatedField(target.field, variable.build());
    }
  }

  private void readItems(YamlValue value, String path, Target target) {
    if (!(value instanceof Sequence(var _, List<YamlValue> items))) {
      String expected = isEnv(target.field) ? "a mapping, or a list of {name, value}" : "a list";
      fault(value.place(), path, value.kindName() + " (expected: " + expected + ")");
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      readSingle(
          items.get(i),
          path + "[" + i + "]",
          target,
          read -> target.builder.addRepeatedField(target.field, read));
    }
  }

  private void readSingle(YamlValue value, String path, Target target, Consumer<Object> sink) {
    FieldDescriptor field = target.field;
    if (value instanceof Mapping mapping && FieldForm.of(field) == FieldForm.MESSAGE) {
      Message.Builder builder = target.builder.newBuilderForField(field);
      read(mapping, path + ".", fieldsOf(builder));
      sink.accept(builder.build());
    } else {
      text(value, path, FieldForm.expected(field))
          .flatMap(text -> parse(field, text, value.place(), path))
          .ifPresent(sink);
    }
  }

  private Optional<Object> parse(FieldDescriptor field, String text, Place place, String path) {
    try {
      return Optional.of(FieldForm.parse(field, text));
    } catch (InvalidValueException e) {
      fault(place, path, e.describe());
      return Optional.empty();
    }
  }

  private void readPairs(YamlValue value, String path, PairSink sink) {
    if (!(value instanceof Mapping(var _, List<Entry> entries))) {
      fault(value.place(), path, value.kindName() + " (expected: a mapping like {NAME: value})");
      return;
    }
    for (Entry entry : entries) {
      text(entry.value(), path + "." + entry.key(), "text; \"\" for empty text")
          .ifPresent(text -> sink.accept(entry.key(), text));
    }
  }

  /**
   * The text of a single value, as written. Numbers and words like true are text as well, since
   * nothing of how they were written is lost.
   */
  Optional<String> text(YamlValue value, String path, String expected) {
    if (value instanceof Scalar(var _, String text, Kind kind) && kind != Kind.NULL) {
      return Optional.of(text);
    }
    fault(value.place(), path, value.kindName() + " (expected: " + expected + ")");
    return Optional.empty();
  }

  private static boolean isEnv(FieldDescriptor field) {
    return FieldForm.of(field) == FieldForm.MESSAGE
        && field.getMessageType().equals(EnvVar.getDescriptor());
  }

  private static Message mapEntry(
      Message.Builder builder, FieldDescriptor field, String name, String text) {
    Message.Builder entry = builder.newBuilderForField(field);
    return entry
        .setField(entry.getDescriptorForType().findFieldByName("key"), name)
        .setField(entry.getDescriptorForType().findFieldByName("value"), text)
        .build();
  }

  /** Takes a name and its text. */
  private interface PairSink {
    void accept(String name, String text);
  }
}
