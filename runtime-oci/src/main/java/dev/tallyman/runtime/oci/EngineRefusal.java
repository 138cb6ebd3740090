package dev.tallyman.runtime.oci;

/** The engine answered a request with an error status. */
final class EngineRefusal extends Exception {

  private final int status;

  /**
   * @param status the HTTP status, 400 or more
   * @param message what the engine says, in its own words
   */
  EngineRefusal(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }

  /** What the engine says, in its own words. */
  String text() {
    return String.valueOf(getMessage());
  }
}
