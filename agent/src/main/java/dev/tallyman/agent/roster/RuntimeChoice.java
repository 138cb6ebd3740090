package dev.tallyman.agent.roster;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A runtime that somebody configured.
 *
 * @param name the runtime's name
 * @param address its socket, like {@code unix:///run/podman/podman.sock}; empty for the engine that
 *     is detected under this name
 */
public record RuntimeChoice(String name, Optional<String> address) {

  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9._-]{0,62})(?:=((?:unix://)?/.+))?");

  public RuntimeChoice {
    requireNonNull(name, "name");
    requireNonNull(address, "address");
  }

  /** Reads {@code NAME} or {@code NAME=unix:///path}; empty for anything else. */
  public static Optional<RuntimeChoice> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new RuntimeChoice(form.group(1), Optional.ofNullable(form.group(2))))
        : Optional.empty();
  }
}
