package dev.tallyman.compose.load;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder with cases that lies beside the project for those who have it. The system property
 * {@code tallyman.compose.cases} may name another place.
 */
final class Corpus {

  static final String MISSING = "there is no folder with Compose cases beside the project";

  private Corpus() {}

  static Optional<Path> folder() {
    String named = System.getProperty("tallyman.compose.cases", "");
    Path folder =
        named.isEmpty() ? root().resolve("../shared/compose").normalize() : Path.of(named);
    return Optional.of(folder).filter(Files::isDirectory);
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    Path parent = here.getParent();
    return here.endsWith("compose") && parent != null && Files.exists(parent.resolve("pom.xml"))
        ? parent
        : here;
  }

  /** A case of a file, or, with an empty one, the lack of the folder. */
  record Case(String file, Optional<JsonObject> content) {
    @Override
    public String toString() {
      return content.map(c -> c.get("id").getAsString()).orElse("no cases");
    }
  }

  static Stream<Case> cases(String file) {
    Optional<Path> cases = folder().map(f -> f.resolve(file + ".jsonl")).filter(Files::exists);
    if (cases.isEmpty()) {
      return Stream.of(new Case(file, Optional.empty()));
    }
    try {
      return Files.readAllLines(cases.get()).stream()
          .filter(line -> !line.isBlank())
          .map(line -> new Case(file, Optional.of(parse(line).getAsJsonObject())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonElement parse(String json) {
    return JsonParser.parseString(json);
  }
}
