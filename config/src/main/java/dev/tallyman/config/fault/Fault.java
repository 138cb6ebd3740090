package dev.tallyman.config.fault;

/**
 * One thing that is wrong in what a person wrote.
 *
 * @param where the place: {@code agent.yaml:3:7}, {@code environment TALLYMAN_NODE_NAME}, {@code
 *     flag --node-name}
 * @param message what is wrong with what, and what was expected; one line
 */
public record Fault(String where, String message) {

  /** The fault as a line for a person: {@code where: message}. */
  @Override
  public String toString() {
    return where + ": " + message;
  }
}
