package dev.tallyman.runtime.apple.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.tallyman.runtime.apple.cli.CreateCall;
import dev.tallyman.runtime.apple.shim.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How containers were made, so that one that the engine lost sight of can be made again without
 * whoever wanted it. The variables of a container stand there too, as they do in the engine's own
 * folder; only this user can read them.
 */
public final class Recipes {

  private static final Gson GSON = new Gson();

  private final Function<String, Path> home;

  /** As it stands on disk. */
  private record Written(
      String name,
      List<String> options,
      Map<String, String> environment,
      String image,
      List<String> arguments) {}

  /**
   * @param home the folder of an incarnation
   */
  public Recipes(Function<String, Path> home) {
    this.home = requireNonNull(home, "home");
  }

  /** Keeps how a container is made. */
  public void keep(String incarnation, CreateCall call) throws IOException {
    Path folder = home.apply(incarnation);
    Folders.makePrivate(folder);
    Path draft =
        Files.createTempFile(
            folder,
            "create",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        draft,
        GSON.toJson(
            new Written(
                call.name(), call.options(), call.environment(), call.image(), call.arguments())),
        UTF_8);
    Files.move(draft, folder.resolve("create.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** How a container was made; empty if that was lost. */
  public Optional<CreateCall> find(String incarnation) {
    try {
      String text = Files.readString(home.apply(incarnation).resolve("create.json"), UTF_8);
      Written written = GSON.fromJson(text, Written.class);
      return Optional.of(
          new CreateCall(
              written.name(),
              written.options(),
              written.environment(),
              written.image(),
              written.arguments()));
    } catch (IOException | JsonParseException | NullPointerException lost) {
      return Optional.empty();
    }
  }
}
