package dev.tallyman.config.yaml;

/**
 * A place in a file.
 *
 * @param file the file's name, as it is shown to a person
 * @param line from 1
 * @param column from 1, in characters
 */
public record Place(String file, int line, int column) {

  /** {@code file:line:column}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
