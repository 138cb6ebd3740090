package dev.tallyman.agent.roster;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A runtime that somebody configured.
 *
 * @param name the runtime's name
 * @param address its socket, like {@code unix:///run/podman/podman.sock}, or the command of Apple's
 *     container, like {@code apple:///usr/local/bin/container}; empty for the engine that is
 *     detected under this name
 */
public record RuntimeChoice(String name, Optional<String> address) {

  private static final String UNIX = "unix://";
  private static final String APPLE = "apple://";

  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9._-]{0,62})(?:=((?:unix://|apple://)?/.+))?");

  public RuntimeChoice {
    requireNonNull(name, "name");
    requireNonNull(address, "address");
  }

  /** The socket that is configured for it. */
  public Optional<Path> socket() {
    return address
        .filter(text -> !text.startsWith(APPLE))
        .map(text -> Path.of(text.startsWith(UNIX) ? text.substring(UNIX.length()) : text));
  }

  /** The command of Apple's container that is configured for it. */
  public Optional<String> appleCommand() {
    return address
        .filter(text -> text.startsWith(APPLE))
        .map(text -> text.substring(APPLE.length()));
  }

  /**
   * Reads {@code NAME}, {@code NAME=unix:///path} or {@code NAME=apple:///path}; empty for anything
   * else.
   */
  public static Optional<RuntimeChoice> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new RuntimeChoice(form.group(1), Optional.ofNullable(form.group(2))))
        : Optional.empty();
  }
}
