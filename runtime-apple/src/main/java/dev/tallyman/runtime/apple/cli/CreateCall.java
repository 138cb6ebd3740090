package dev.tallyman.runtime.apple.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code create} is told, kept so that the same container can be made again.
 *
 * @param name name of the container
 * @param options options of {@code create}, without those for the environment
 * @param environment variables, which may be secrets and are never options
 * @param image the image
 * @param arguments what follows the image
 */
public record CreateCall(
    String name,
    List<String> options,
    Map<String, String> environment,
    String image,
    List<String> arguments) {
  public CreateCall {
    options = List.copyOf(options);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    arguments = List.copyOf(arguments);
  }
}
