package dev.tallyman.compose.load.check;

import dev.tallyman.compose.load.tree.KeyPath;
import dev.tallyman.config.fault.Faults;
import dev.tallyman.config.yaml.Place;
import dev.tallyman.config.yaml.YamlValue;

/** What checks of a service need. */
record Check(String service, YamlValue value, Faults faults) {

  /** Adds a fault of the service or one of its keys. */
  void fault(Place place, String key, String problem) {
    KeyPath at = KeyPath.of("services", service);
    faults.add(place.toString(), (key.isEmpty() ? at : at.key(key)) + ": " + problem);
  }
}
