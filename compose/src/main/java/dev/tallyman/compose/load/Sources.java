package dev.tallyman.compose.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/** Where the loader gets files from. The loader asks for each file once. */
@FunctionalInterface
public interface Sources {

  /**
   * Opens a file.
   *
   * @param file absolute and normalised
   * @throws NoSuchFileException when there is none
   * @throws java.nio.file.AccessDeniedException when this user may not read it
   * @throws IOException when it cannot be read for another reason, a folder for example
   */
  InputStream open(Path file) throws IOException;

  /**
   * The file system of this machine. Pipes, sockets and devices are refused, because opening one
   * may take for ever; those under {@code /dev} and {@code /proc} are not, so that a shell may hand
   * over what a command prints.
   */
  static Sources disk() {
    return file -> {
      boolean special = Files.readAttributes(file, BasicFileAttributes.class).isOther();
      if (special && !file.startsWith("/dev") && !file.startsWith("/proc")) {
        throw new IOException("it is a pipe, a socket or a device");
      }
      return Files.newInputStream(file);
    };
  }

  /** Texts that stand for files, by absolute path. */
  static Sources inMemory(Map<Path, String> texts) {
    Map<Path, String> files = Map.copyOf(texts);
    return file -> {
      String text = files.get(file);
      if (text == null) {
        throw new NoSuchFileException(file.toString());
      }
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    };
  }
}
