package dev.tallyman.compose.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.tallyman.compose.load.dotenv.Dotenv;
import dev.tallyman.compose.load.interpolate.Interpolator;
import dev.tallyman.compose.load.interpolate.Variables;
import dev.tallyman.config.fault.Faults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the cases of a folder beside the project, when it is there. */
class CorpusTest {

  private static final Path DIRECTORY = Path.of("/srv/app");

  static Stream<Corpus.Case> cases() {
    return Stream.of(
            "interpolation",
            "ports",
            "volumes",
            "durations",
            "bytes",
            "depends_on",
            "env",
            "healthcheck",
            "documents")
        .flatMap(Corpus::cases);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @Timeout(20)
  void aCaseOfTheFolderComesOutAsItSays(Corpus.Case one) {
    assumeTrue(one.content().isPresent(), Corpus.MISSING);
    JsonObject record = one.content().orElseThrow();
    assumeFalse(record.has("platform"), "a case of another platform");
    switch (one.file()) {
      case "interpolation" -> interpolation(record);
      case "ports" -> ports(record);
      case "volumes" -> volumes(record);
      case "durations" -> durations(record);
      case "bytes" -> bytes(record);
      case "depends_on" -> dependsOn(record);
      case "env" -> {
        if (record.get("kind").getAsString().equals("dotenv")) {
          dotenv(record);
        } else {
          environment(record);
        }
      }
      case "healthcheck" -> healthcheck(record);
      default -> documents(record);
    }
  }

  private static void interpolation(JsonObject record) {
    JsonObject environment = new JsonObject();
    environment.add("VALUE", record.get("template"));
    new CorpusOutcome(record)
        .expect(
            () -> load(service("environment", environment), record, "env"),
            (outcome, model) ->
                assertThat(at(model, "/services/s/environment/VALUE"))
                    .isEqualTo(outcome.get("expected")));
  }

  private static void ports(JsonObject record) {
    new CorpusOutcome(record)
        .expect(
            () -> load(service("ports", record.get("entries")), record, "env"),
            (outcome, model) ->
                assertThat(bag(at(model, "/services/s/ports")))
                    .isEqualTo(bag(outcome.get("expected"))));
  }

  private static Map<JsonElement, Integer> bag(JsonElement list) {
    Map<JsonElement, Integer> bag = new HashMap<>();
    if (list.isJsonArray()) {
      list.getAsJsonArray().forEach(item -> bag.merge(ModelJson.essence(item), 1, Integer::sum));
    }
    return bag;
  }

  private static void volumes(JsonObject record) {
    JsonObject document = service("volumes", record.get("entries"));
    document.add("volumes", record.get("declared_volumes"));
    new CorpusOutcome(record)
        .expect(
            () -> load(document, record, "env"),
            (outcome, model) ->
                assertThat(numericSizes(at(model, "/services/s/volumes")))
                    .isEqualTo(ModelJson.essence(outcome.get("expected"))));
  }

  private static JsonElement numericSizes(JsonElement volumes) {
    for (JsonElement volume : volumes.getAsJsonArray()) {
      JsonElement tmpfs = ModelJson.at(volume, "/tmpfs");
      if (tmpfs.isJsonObject() && tmpfs.getAsJsonObject().has("size")) {
        tmpfs
            .getAsJsonObject()
            .addProperty("size", tmpfs.getAsJsonObject().get("size").getAsBigInteger());
      }
    }
    return ModelJson.essence(volumes);
  }

  private static void durations(JsonObject record) {
    String attribute = record.get("attribute").getAsString();
    boolean ofService = attribute.equals("stop_grace_period");
    JsonObject healthcheck = new JsonObject();
    healthcheck.addProperty("test", "true");
    healthcheck.add(attribute, record.get("value"));
    new CorpusOutcome(record)
        .expect(
            () ->
                load(
                    ofService
                        ? service(attribute, record.get("value"))
                        : service("healthcheck", healthcheck),
                    record,
                    "env"),
            (outcome, model) ->
                assertThat(
                        nanos(
                            at(
                                model,
                                "/services/s/" + (ofService ? "" : "healthcheck/") + attribute)))
                    .isEqualTo(outcome.get("expected_ns").getAsLong()));
  }

  private static long nanos(JsonElement text) {
    long nanos = 0;
    var parts =
        java.util.regex.Pattern.compile("([0-9.]+)(ns|µs|ms|s|m|h)").matcher(text.getAsString());
    while (parts.find()) {
      long unit =
          switch (parts.group(2)) {
            case "ns" -> 1L;
            case "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
          };
      nanos +=
          new java.math.BigDecimal(parts.group(1))
              .multiply(java.math.BigDecimal.valueOf(unit))
              .longValueExact();
    }
    return nanos;
  }

  private static void bytes(JsonObject record) {
    String attribute = record.get("attribute").getAsString();
    boolean tmpfs = attribute.equals("tmpfs.size");
    JsonObject size = new JsonObject();
    size.add("size", record.get("value"));
    JsonObject volume = new JsonObject();
    volume.addProperty("type", "tmpfs");
    volume.addProperty("target", "/t");
    volume.add("tmpfs", size);
    JsonArray volumes = new JsonArray();
    volumes.add(volume);
    new CorpusOutcome(record)
        .expect(
            () ->
                load(
                    tmpfs ? service("volumes", volumes) : service(attribute, record.get("value")),
                    record,
                    "env"),
            (outcome, model) ->
                assertThat(
                        at(model, "/services/s/" + (tmpfs ? "volumes/0/tmpfs/size" : attribute))
                            .getAsBigInteger())
                    .isEqualTo(outcome.get("expected").getAsBigInteger()));
  }

  private static void dependsOn(JsonObject record) {
    JsonObject services = new JsonObject();
    for (Map.Entry<String, JsonElement> service : record.getAsJsonObject("services").entrySet()) {
      JsonObject withImage = service.getValue().deepCopy().getAsJsonObject();
      withImage.addProperty("image", "i");
      services.add(service.getKey(), withImage);
    }
    JsonObject document = new JsonObject();
    document.add("services", services);
    new CorpusOutcome(record)
        .expect(
            () -> load(document, record, "env"),
            (outcome, model) -> {
              JsonObject expected = outcome.getAsJsonObject("expected");
              JsonObject loaded = at(model, "/services").getAsJsonObject();
              Set<String> enabled = new HashSet<>();
              expected.getAsJsonArray("enabled").forEach(name -> enabled.add(name.getAsString()));
              assertThat(loaded.keySet()).isEqualTo(enabled);
              JsonObject dependencies = new JsonObject();
              loaded
                  .entrySet()
                  .forEach(service -> {
                    JsonElement on = ModelJson.at(service.getValue(), "/depends_on");
                    if (on.isJsonObject() && !on.getAsJsonObject().isEmpty()) {
                      dependencies.add(service.getKey(), on);
                    }
                  });
              assertThat(dependencies).isEqualTo(expected.get("dependencies"));
              for (JsonElement pair : expected.getAsJsonArray("before")) {
                String first = pair.getAsJsonArray().get(0).getAsString();
                String later = pair.getAsJsonArray().get(1).getAsString();
                assertThat(reachable(dependencies, later)).contains(first);
              }
            });
  }

  private static Set<String> reachable(JsonObject dependencies, String from) {
    Set<String> found = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      JsonElement next = dependencies.get(open.removeLast());
      if (next != null) {
        next.getAsJsonObject()
            .keySet()
            .forEach(name -> {
              if (found.add(name)) {
                open.add(name);
              }
            });
      }
    }
    return found;
  }

  private static void dotenv(JsonObject record) {
    new CorpusOutcome(record)
        .expect(
            () -> {
              Faults faults = new Faults();
              Map<String, String> values =
                  new Dotenv(".env", new Interpolator(faults, new ArrayList<>()), faults)
                      .read(
                          record.get("content").getAsString(),
                          Variables.of(texts(record, "shell")));
              faults.throwIfAny();
              return values;
            },
            (outcome, values) -> assertThat(values).isEqualTo(texts(outcome, "expected")));
  }

  private static void environment(JsonObject record) {
    JsonObject service = new JsonObject();
    service.addProperty("image", "i");
    for (String key : List.of("environment", "env_file")) {
      if (record.has(key)) {
        service.add(key, record.get(key));
      }
    }
    JsonObject services = new JsonObject();
    services.add("s", service);
    JsonObject document = new JsonObject();
    document.add("services", services);
    new CorpusOutcome(record)
        .expect(
            () -> load(document, record, "shell"),
            (outcome, model) -> {
              JsonElement found = at(model, "/services/s/environment");
              assertThat(found.isJsonNull() ? new JsonObject() : found)
                  .isEqualTo(outcome.get("expected"));
            });
  }

  private static void healthcheck(JsonObject record) {
    new CorpusOutcome(record)
        .expect(
            () -> load(service("healthcheck", record.get("healthcheck")), record, "env"),
            (outcome, model) -> {
              JsonObject found = new JsonObject();
              JsonElement check = at(model, "/services/s/healthcheck");
              boolean disabled = ModelJson.at(check, "/disable").equals(new JsonPrimitive(true));
              for (Map.Entry<String, JsonElement> entry : check.getAsJsonObject().entrySet()) {
                switch (entry.getKey()) {
                  case "test" -> {
                    found.add("test", entry.getValue());
                    disabled |=
                        ModelJson.at(entry.getValue(), "/0").equals(new JsonPrimitive("NONE"));
                  }
                  case "retries" -> found.add("retries", entry.getValue());
                  case "disable" -> {}
                  default -> found.addProperty(entry.getKey() + "_ns", nanos(entry.getValue()));
                }
              }
              found.addProperty("disabled", disabled);
              assertThat(numbers(found)).isEqualTo(numbers(outcome.getAsJsonObject("expected")));
            });
  }

  private static Map<String, String> numbers(JsonObject object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object.entrySet().forEach(entry -> texts.put(entry.getKey(), entry.getValue().toString()));
    return texts;
  }

  private static void documents(JsonObject record) {
    Map<Path, String> files = new HashMap<>();
    texts(record, "files").forEach((name, text) -> files.put(DIRECTORY.resolve(name), text));
    List<Path> main =
        record.getAsJsonArray("main").asList().stream()
            .map(name -> Path.of(name.getAsString()))
            .toList();
    new CorpusOutcome(record)
        .expect(
            () -> load(main, files, record, "env"),
            (outcome, model) -> {
              for (JsonElement element : outcome.getAsJsonArray("checks")) {
                JsonObject check = element.getAsJsonObject();
                JsonElement found = at(model, check.get("path").getAsString());
                if (check.has("absent")) {
                  assertThat(ModelJson.isAbsent(found)).as("%s: %s", check, found).isTrue();
                } else {
                  assertThat(found).as("%s", check).isEqualTo(check.get("equals"));
                }
              }
            });
  }

  private static JsonObject service(String key, JsonElement value) {
    JsonObject service = new JsonObject();
    service.addProperty("image", "i");
    service.add(key, value);
    JsonObject services = new JsonObject();
    services.add("s", service);
    JsonObject document = new JsonObject();
    document.add("services", services);
    return document;
  }

  private static JsonElement load(JsonObject document, JsonObject record, String environment) {
    Map<Path, String> files = new HashMap<>();
    texts(record, "files").forEach((name, text) -> files.put(DIRECTORY.resolve(name), text));
    files.put(
        DIRECTORY.resolve("compose.yaml"),
        new com.google.gson.GsonBuilder().serializeNulls().create().toJson(document));
    return load(List.of(Path.of("compose.yaml")), files, record, environment);
  }

  private static JsonElement load(
      List<Path> main, Map<Path, String> files, JsonObject record, String environment) {
    Set<String> profiles = new HashSet<>();
    if (record.has("profiles")) {
      record.getAsJsonArray("profiles").forEach(name -> profiles.add(name.getAsString()));
    }
    LoadRequest request =
        LoadRequest.of(DIRECTORY, main)
            .withEnvironment(texts(record, environment))
            .withProfiles(profiles)
            .withHome(Path.of("/home/u"))
            .withSources(Sources.inMemory(files));
    if (record.has("project_name")) {
      request = request.withProjectName(record.get("project_name").getAsString());
    }
    return ModelJson.of(new ComposeLoader().load(request).model());
  }

  private static Map<String, String> texts(JsonObject record, String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (record.has(key) && !record.get(key).equals(JsonNull.INSTANCE)) {
      record
          .getAsJsonObject(key)
          .entrySet()
          .forEach(entry -> texts.put(entry.getKey(), entry.getValue().getAsString()));
    }
    return texts;
  }

  private static JsonElement at(JsonElement model, String pointer) {
    return ModelJson.at(model, pointer);
  }
}
