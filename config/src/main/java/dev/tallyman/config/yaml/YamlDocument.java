package dev.tallyman.config.yaml;

import java.util.Map;

/**
 * One document of an input.
 *
 * @param tags the tags that are no part of the core schema, such as {@code !reset}, by the place of
 *     the value that has them; within one input two values never begin at one place
 */
public record YamlDocument(YamlValue value, Map<Place, String> tags) {

  public YamlDocument {
    tags = Map.copyOf(tags);
  }
}
