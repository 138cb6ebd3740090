package dev.tallyman.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The version of this program, as agents and control planes tell it to each other. */
public final class ProgramVersion {

  private ProgramVersion() {}

  /** For example {@code 0.1.0}; the build puts it into the jar. */
  public static String current() {
    try (InputStream in = ProgramVersion.class.getResourceAsStream("version.txt")) {
      if (in == null) {
        throw new IllegalStateException("version.txt is missing: the jar was not built completely");
      }
      return new String(in.readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
