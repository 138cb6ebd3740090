package dev.tallyman.config;

import dev.tallyman.config.yaml.Place;

/** Where the value of a setting came from. {@code toString} says it to a person. */
public sealed interface Source {

  /**
   * Nobody gave a value.
   *
   * @param how how the default was found, or empty when it is a constant
   */
  record Default(String how) implements Source {
    @Override
    public String toString() {
      return how.isEmpty() ? "default" : "default (" + how + ")";
    }
  }

  /** The settings file. */
  record File(Place place) implements Source {
    @Override
    public String toString() {
      return place.toString();
    }
  }

  /** A variable of the environment. */
  record Environment(String name) implements Source {
    @Override
    public String toString() {
      return "environment " + name;
    }
  }

  /** A flag of the command line, with its dashes. */
  record Flag(String name) implements Source {
    @Override
    public String toString() {
      return "flag " + name;
    }
  }
}
