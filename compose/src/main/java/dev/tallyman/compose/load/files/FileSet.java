package dev.tallyman.compose.load.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.YamlDialect;
import dev.tallyman.config.yaml.YamlDocument;
import dev.tallyman.config.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of one load. Each is read once, so that a file that changes meanwhile is seen in one
 * state only. For one thread.
 */
public final class FileSet {

  /** Opens files. */
  @FunctionalInterface
  public interface Opener {

    /** Opens an absolute file, or throws what {@link java.nio.file.Files#newInputStream} does. */
    InputStream open(Path file) throws IOException;
  }

  private static final YamlReader.Bounds BOUNDS = new YamlReader.Bounds(16 << 20, 100, 200_000);

  private sealed interface Content {
    record Read(String text) implements Content {}

    record Missing() implements Content {}

    record Unreadable(String why) implements Content {}
  }

  private final Opener opener;
  private final Path root;
  private final Faults faults;
  private final YamlReader reader = new YamlReader(BOUNDS, YamlDialect.COMPOSE);
  private final Map<Path, Content> contents = new HashMap<>();
  private final Map<Path, List<YamlDocument>> documents = new HashMap<>();
  private final List<Path> files = new ArrayList<>();

  /**
   * No files yet.
   *
   * @param root files below it are shown by their path from here
   */
  public FileSet(Opener opener, Path root, Faults faults) {
    this.opener = opener;
    this.root = root;
    this.faults = faults;
  }

  /** The files that were read, in order. */
  public List<Path> files() {
    return List.copyOf(files);
  }

  /** How a file is shown to a person. */
  public String name(Path file) {
    return file.startsWith(root) && !file.equals(root)
        ? root.relativize(file).toString()
        : file.toString();
  }

  /**
   * The documents of a YAML file. A file that is missing or cannot be read is a fault.
   *
   * @param where who asks, for the fault
   */
  public List<YamlDocument> documents(Path file, String where) {
    List<YamlDocument> known = documents.get(file);
    if (known != null) {
      return known;
    }
    List<YamlDocument> parsed =
        text(file, where)
            .map(text -> reader.readDocuments(name(file), text, faults))
            .orElse(List.of());
    documents.put(file, parsed);
    return parsed;
  }

  /**
   * The text of a file. A file that is missing or cannot be read is a fault.
   *
   * @param where who asks, for the fault
   */
  public Optional<String> text(Path file, String where) {
    return text(file, where, true);
  }

  /** The text of a file that may be missing; one that is there and cannot be read is a fault. */
  public Optional<String> textIfThere(Path file, String where) {
    return text(file, where, false);
  }

  private Optional<String> text(Path file, String where, boolean required) {
    return switch (contents.computeIfAbsent(file, this::read)) {
      case Content.Read(String text) -> Optional.of(text);
      case Content.Missing() -> {
        if (required) {
          refuse(file, where, "there is no such file");
        }
        yield Optional.empty();
      }
      case Content.Unreadable(String why) -> {
        refuse(file, where, why);
        yield Optional.empty();
      }
    };
  }

  private void refuse(Path file, String where, String why) {
    String name = name(file);
    faults.add(where, where.equals(name) ? why : name + ": " + why);
  }

  private Content read(Path file) {
    try (InputStream in = opener.open(file)) {
      byte[] bytes = in.readNBytes(BOUNDS.maxBytes() + 1);
      if (bytes.length > BOUNDS.maxBytes()) {
        return new Content.Unreadable(
            "too large (expected: at most " + BOUNDS.maxBytes() + " bytes)");
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      files.add(file);
      return new Content.Read(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (NoSuchFileException e) {
      return new Content.Missing();
    } catch (AccessDeniedException e) {
      return new Content.Unreadable("this user may not read the file");
    } catch (CharacterCodingException e) {
      return new Content.Unreadable("not UTF-8 text");
    } catch (IOException e) {
      return new Content.Unreadable("the file cannot be read: " + e.getMessage());
    }
  }
}
