package dev.tallyman.runtime.oci.http;

/** The engine answered a request with an error status. */
public final class EngineRefusal extends Exception {

  private final int status;

  /**
   * A refusal in the words of the engine.
   *
   * @param status the HTTP status, 400 or more
   * @param message what the engine says, in its own words
   */
  public EngineRefusal(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** What the engine says, in its own words. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
