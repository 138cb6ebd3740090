package dev.tallyman.cli;

import dev.tallyman.cli.process.CommandFailure;
import dev.tallyman.transport.Endpoint;
import java.nio.file.Path;

/** Turns what a person gave into endpoints. */
final class Endpoints {

  private Endpoints() {}

  /**
   * Reads an endpoint's text form.
   *
   * @param from who says it, for the failure's message
   * @throws CommandFailure when it has another form
   */
  static Endpoint parse(String from, String text) {
    try {
      return Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(from + ": " + e.getMessage());
    }
  }

  /**
   * The endpoint of a socket file. A relative path starts at the working directory; the text form
   * {@code unix:/path} is taken as well.
   *
   * @throws CommandFailure when the path is too long
   */
  static Endpoint.UnixSocket socket(Path path) {
    String text = path.toString();
    Path file = text.startsWith("unix:") ? Path.of(text.substring("unix:".length())) : path;
    try {
      return new Endpoint.UnixSocket(file.toAbsolutePath());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
