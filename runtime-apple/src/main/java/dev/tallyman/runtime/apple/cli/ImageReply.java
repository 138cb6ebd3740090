package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.apple.cli.ContainerList.Unreadable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code image inspect}. Pure. */
final class ImageReply {

  private ImageReply() {}

  /** The platforms that an image is there for, as {@code os/architecture[/variant]}. */
  static Optional<List<String>> platforms(String text) throws Unreadable {
    List<Json> images =
        Json.parse(text)
            .filter(Json::isList)
            .orElseThrow(() -> new Unreadable("its answer about an image is no list in JSON"))
            .items();
    return images.stream()
        .findFirst()
        .map(image ->
            image.at("variants").items().stream()
                .map(variant -> variant.at("platform"))
                .filter(platform -> !platform.at("os").text().equals("unknown"))
                .map(ImageReply::platform)
                .toList());
  }

  private static String platform(Json platform) {
    return String.join(
        "/",
        Stream.of("os", "architecture", "variant")
            .map(part -> platform.at(part).text())
            .filter(part -> !part.isEmpty())
            .toList());
  }
}
