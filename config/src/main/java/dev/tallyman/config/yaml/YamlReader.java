package dev.tallyman.config.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tallyman.config.fault.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 (core schema) into {@link YamlValue}s. What cannot be used becomes a fault with
 * its place; what can be used is returned nevertheless, so that a caller finds its own faults as
 * well. Immutable.
 */
public final class YamlReader {

  /**
   * What an input may have.
   *
   * @param maxBytes bytes of UTF-8
   * @param maxDepth lists and mappings within each other
   * @param maxValues values and keys of one input
   */
  public record Bounds(int maxBytes, int maxDepth, int maxValues) {

    public Bounds {
      if (maxBytes < 1 || maxDepth < 1 || maxValues < 1) {
        throw new IllegalArgumentException(
            "bounds: %d bytes, depth %d, %d values (expected: >= 1 each)"
                .formatted(maxBytes, maxDepth, maxValues));
      }
    }
  }

  private final Bounds bounds;
  private final YamlDialect dialect;

  /** A reader of plain YAML that refuses what is beyond the bounds. */
  public YamlReader(Bounds bounds) {
    this(bounds, YamlDialect.PLAIN);
  }

  /** A reader that refuses what is beyond the bounds or the dialect. */
  public YamlReader(Bounds bounds, YamlDialect dialect) {
    this.bounds = bounds;
    this.dialect = dialect;
  }

  /**
   * Reads all documents of a file; empty documents are left out. A file that is missing, cannot be
   * read, is too large or is not UTF-8 is a fault.
   */
  public List<YamlValue> readFile(Path file, Faults faults) {
    try (InputStream in = Files.newInputStream(file)) {
      return readStream(file.toString(), in, faults);
    } catch (NoSuchFileException e) {
      faults.add(file.toString(), "there is no such file");
    } catch (AccessDeniedException e) {
      faults.add(file.toString(), "this user may not read the file");
    } catch (IOException e) {
      faults.add(file.toString(), "the file cannot be read: " + e);
    }
    return List.of();
  }

  /**
   * Reads all documents of a stream up to its end, and does not close it.
   *
   * @param name how faults call the input
   * @throws IOException when the stream fails
   */
  public List<YamlValue> readStream(String name, InputStream in, Faults faults) throws IOException {
    byte[] bytes = in.readNBytes(bounds.maxBytes + 1);
    if (bytes.length > bounds.maxBytes) {
      faults.add(name, "too large (expected: at most " + bounds.maxBytes + " bytes)");
      return List.of();
    }
    return decode(name, bytes, faults).map(text -> readText(name, text, faults)).orElse(List.of());
  }

  /**
   * Reads all documents of a text.
   *
   * @param name how faults call the input
   */
  public List<YamlValue> readText(String name, String text, Faults faults) {
    return values(readDocuments(name, text, faults));
  }

  /**
   * Reads all documents of a text with their tags.
   *
   * @param name how faults call the input
   */
  public List<YamlDocument> readDocuments(String name, String text, Faults faults) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setSchema(new CoreSchema())
            .setCodePointLimit(bounds.maxBytes)
            .setUseMarks(true)
            .build();
    YamlTreeBuilder builder = new YamlTreeBuilder(name, bounds, dialect, faults);
    try {
      new Parse(settings).parseString(text).forEach(builder::accept);
    } catch (BeyondBoundsException e) {
      faults.add(e.place(), e.problem());
    } catch (MarkedYamlEngineException e) {
      faults.add(
          e.getProblemMark()
              .or(e::getContextMark)
              .map(mark -> YamlTreeBuilder.place(name, mark).toString())
              .orElse(name),
          "not valid YAML: " + problem(e));
    } catch (ReaderException e) {
      faults.add(
          name,
          "not valid YAML: the character U+%04X is not allowed (position %d)"
              .formatted(e.getCodePoint(), e.getPosition()));
    } catch (NumberFormatException e) {
      // The library takes it for granted that an escape is whole and a character.
      faults.add(
          builder.reached(),
          "not valid YAML: after this an escape in double quotes is none (expected: \\x and 2, \\u and 4,"
              + " \\U and 8 hexadecimal digits of a character)");
    } catch (YamlEngineException e) {
      faults.add(name, "not valid YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
    return builder.documents();
  }

  private static List<YamlValue> values(List<YamlDocument> documents) {
    return documents.stream().map(YamlDocument::value).toList();
  }

  private static Optional<String> decode(String name, byte[] bytes, Faults faults) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      faults.add(name, "not UTF-8 text");
      return Optional.empty();
    }
  }

  private static String problem(MarkedYamlEngineException e) {
    String problem = oneLine(e.getProblem());
    return e.getContext() == null ? problem : oneLine(e.getContext()) + ", " + problem;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
