package dev.tallyman.cli.client;

/** Who is asked. {@code toString} is how a sentence calls it. */
public enum Peer {
  CONTROL_PLANE("the control plane"),
  NODE("the agent");

  private final String text;

  Peer(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
