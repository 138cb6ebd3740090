package dev.tallyman.compose.translate;

import dev.tallyman.config.yaml.Place;

/**
 * A value of the model.
 *
 * @param value what was read
 * @param place where it was written
 * @param path what it is called: {@code services.web.ports[0].published}
 */
record Placed<T>(T value, Place place, String path) {

  /** The same place with another value. */
  <R> Placed<R> with(R other) {
    return new Placed<>(other, place, path);
  }
}
