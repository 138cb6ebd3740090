package dev.tallyman.compose.load.shape;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.compose.load.tree.Trees;
import dev.tallyman.config.yaml.YamlValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Paths of this machine. Relative ones are of the directory of the file that has them. */
public final class Paths {

  private Paths() {}

  /** A path; the canonical form is absolute. */
  static Shape shape() {
    return new PathShape();
  }

  /**
   * The path, absolute; empty when it is none. One that is absolute already is kept as written,
   * because {@code ..} behind a symbolic link means something else than in the text.
   */
  public static Optional<String> absolute(String written, Path directory, Path home) {
    try {
      if (written.equals("~") || written.startsWith("~/")) {
        return Optional.of(
            home.resolve(written.substring(Math.min(2, written.length()))).toString());
      }
      if (written.startsWith("~") || written.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          written.startsWith("/") ? written : directory.resolve(written).normalize().toString());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** A path within a container without repeated, trailing and dot parts. */
  static String cleanTarget(String target) {
    try {
      String clean = Path.of(target).normalize().toString();
      return clean.isEmpty() && !target.isEmpty() ? "." : clean;
    } catch (InvalidPathException e) {
      return target;
    }
  }

  private record PathShape() implements Shape {

    @Override
    public String expected() {
      return "a path, where ~ is only your own home directory";
    }

    @Override
    public YamlValue read(YamlValue value, KeyPath at, ShapeContext context) {
      YamlValue text = Scalars.text().read(value, at, context);
      if (Trees.isNothing(text) || Trees.isEmptyText(text)) {
        return text;
      }
      Optional<String> path =
          Trees.text(text).flatMap(t -> absolute(t, context.directory(), context.home()));
      return path.isPresent()
          ? Trees.text(value.place(), path.get())
          : context.refuse(value, at, expected());
    }

    @Override
    public boolean saysNothing(YamlValue value) {
      return Trees.isNothing(value) || Trees.isEmptyText(value);
    }
  }
}
