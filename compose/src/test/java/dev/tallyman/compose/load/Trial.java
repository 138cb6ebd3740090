package dev.tallyman.compose.load;

import com.google.gson.JsonElement;
import dev.tallyman.config.fault.Fault;
import dev.tallyman.config.fault.FaultsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files in memory and how they are loaded. The project's directory is {@code /srv/shop}. */
final class Trial {

  static final Path DIRECTORY = Path.of("/srv/shop");

  private final List<Path> main = new ArrayList<>();
  private final Map<Path, String> files = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Set<String> profiles = new HashSet<>();

  /** One main file, {@code compose.yaml}. */
  static Trial of(String text) {
    return new Trial().over("compose.yaml", text);
  }

  /** A service {@code web} with an image and these lines. */
  static Trial web(String... lines) {
    return of("services:\n  web:\n    image: shop\n    " + String.join("\n    ", lines) + "\n");
  }

  /** One more main file over the others. */
  Trial over(String name, String text) {
    main.add(Path.of(name));
    return file(name, text);
  }

  Trial file(String name, String text) {
    files.put(DIRECTORY.resolve(name), text);
    return this;
  }

  Trial env(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Trial profile(String name) {
    profiles.add(name);
    return this;
  }

  LoadRequest request() {
    return LoadRequest.of(DIRECTORY, main)
        .withEnvironment(environment)
        .withProfiles(profiles)
        .withHome(Path.of("/home/ada"))
        .withSources(Sources.inMemory(files));
  }

  Project load() {
    return new ComposeLoader().load(request());
  }

  /** What the model has at a JSON pointer, as JSON. */
  String at(String pointer) {
    JsonElement found = ModelJson.at(ModelJson.of(load().model()), pointer);
    return found.toString();
  }

  /** What {@code web} has there. */
  String ofWeb(String key) {
    return at("/services/web/" + key);
  }

  /** The faults; none when it loads. */
  List<String> faults() {
    try {
      load();
      return List.of();
    } catch (FaultsException e) {
      return e.faults().stream().map(Fault::toString).toList();
    }
  }

  List<String> warnings() {
    return load().warnings().stream().map(Fault::toString).toList();
  }
}
