package dev.tallyman.runtime.apple.cli;

import dev.tallyman.runtime.apple.cli.ContainerList.Unreadable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code network list} and {@code volume list} with {@code --format=json}. Pure. */
final class AssetList {

  private AssetList() {}

  /**
   * Until 0.12 {@code {id, config: {labels, mode, ipv4Subnet}, status}}; from 1.0 on {@code
   * configuration}.
   */
  static List<Network> networks(String text) throws Unreadable {
    List<Network> networks = new ArrayList<>();
    for (Json element : list(text, "networks")) {
      Json configuration = element.atAny("configuration", "config");
      String name = element.at("id").text();
      if (name.isEmpty() || !configuration.isObject()) {
        throw new Unreadable("its list of networks has one without id and configuration");
      }
      networks.add(
          new Network(
              name,
              labels(configuration),
              configuration.at("mode").text(),
              nonEmpty(configuration.atAny("ipv4Subnet", "subnet").text()),
              nonEmpty(element.at("status").atAny("ipv4Gateway", "gateway").text())));
    }
    return networks;
  }

  /** Until 0.12 flat; from 1.0 on {@code {id, configuration: {name, labels, options}}}. */
  static List<Volume> volumes(String text) throws Unreadable {
    List<Volume> volumes = new ArrayList<>();
    for (Json element : list(text, "volumes")) {
      Json configuration =
          element.at("configuration").isObject() ? element.at("configuration") : element;
      String name = configuration.at("name").text();
      if (name.isEmpty()) {
        throw new Unreadable("its list of volumes has one without a name");
      }
      Map<String, String> options = new HashMap<>();
      configuration.at("options").fields().forEach((key, value) -> options.put(key, value.text()));
      volumes.add(
          new Volume(
              name, labels(configuration), configuration.at("driver").text(), Map.copyOf(options)));
    }
    return volumes;
  }

  private static List<Json> list(String text, String what) throws Unreadable {
    return Json.parse(text)
        .filter(Json::isList)
        .orElseThrow(() -> new Unreadable("its list of " + what + " is no list in JSON"))
        .items();
  }

  private static Map<String, String> labels(Json configuration) {
    Map<String, String> labels = new HashMap<>();
    configuration.at("labels").fields().forEach((key, value) -> labels.put(key, value.text()));
    return Map.copyOf(Marks.decode(labels));
  }

  private static Optional<String> nonEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
