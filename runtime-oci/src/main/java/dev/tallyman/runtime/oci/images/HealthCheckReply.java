package dev.tallyman.runtime.oci.images;

import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.oci.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The health check of an image, read from the engine's answer to an inspection of it. */
final class HealthCheckReply {

  private HealthCheckReply() {}

  /** Empty if the image has none, or switches off that of the image that it is made from. */
  static Optional<ImageHealthCheck> of(Json inspection) {
    Json config = inspection.at("Config");
    Json check = config.at("Healthcheck");
    List<String> test = texts(check.at("Test"));
    if (test.size() < 2) {
      return Optional.empty();
    }
    List<String> words = test.subList(1, test.size());
    return switch (test.getFirst()) {
      case "CMD" -> Optional.of(check(words, check));
      case "CMD-SHELL" -> {
        List<String> command = new ArrayList<>(texts(config.at("Shell")));
        if (command.isEmpty()) {
          command.addAll(List.of("/bin/sh", "-c"));
        }
        command.addAll(words);
        yield Optional.of(check(command, check));
      }
      default -> Optional.empty();
    };
  }

  private static ImageHealthCheck check(List<String> command, Json check) {
    return new ImageHealthCheck(
        command,
        nanos(check.at("Interval")),
        nanos(check.at("Timeout")),
        nanos(check.at("StartPeriod")),
        nanos(check.at("StartInterval")),
        Math.clamp(check.at("Retries").number().orElse(0), 0, Integer.MAX_VALUE));
  }

  private static Duration nanos(Json value) {
    return Duration.ofNanos(Math.max(0, value.number().orElse(0)));
  }

  private static List<String> texts(Json list) {
    return list.items().stream().map(Json::text).toList();
  }
}
