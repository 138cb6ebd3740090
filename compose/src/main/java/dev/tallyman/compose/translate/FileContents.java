package dev.tallyman.compose.translate;

import com.google.protobuf.ByteString;
import dev.tallyman.compose.load.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads files that a project names.
 *
 * @param directory what relative paths are of
 * @param sources where they are read
 * @param findings where it is told that one cannot be read
 */
record FileContents(Path directory, Sources sources, Findings findings) {

  /** The most that the contract lets one file have. */
  static final int MAX_BYTES = 1 << 20;

  /** What is in a file; a fault where it cannot be read or has more than {@link #MAX_BYTES}. */
  Optional<ByteString> read(Placed<String> path) {
    try (InputStream in = sources.open(directory.resolve(path.value()).normalize())) {
      return bounded(path, ByteString.copyFrom(in.readNBytes(MAX_BYTES + 1)));
    } catch (NoSuchFileException e) {
      findings.refuse(path, path.value() + ": there is no such file");
    } catch (AccessDeniedException e) {
      findings.refuse(path, path.value() + ": this user may not read the file");
    } catch (IOException e) {
      findings.refuse(path, path.value() + ": the file cannot be read: " + e.getMessage());
    } catch (InvalidPathException e) {
      findings.bad(path, "the path of a file");
    }
    return Optional.empty();
  }

  /** The content, if it is not too long. */
  Optional<ByteString> bounded(Placed<?> from, ByteString content) {
    if (content.size() > MAX_BYTES) {
      findings.refuse(
          from.place(), from.path(), "too large (expected: at most " + MAX_BYTES + " bytes)");
      return Optional.empty();
    }
    return Optional.of(content);
  }
}
