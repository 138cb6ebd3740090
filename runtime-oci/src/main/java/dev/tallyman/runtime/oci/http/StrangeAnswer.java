package dev.tallyman.runtime.oci.http;

import java.io.IOException;

/** The engine answered with success, and with something else than the API says. */
public final class StrangeAnswer extends IOException {

  public StrangeAnswer(String expected) {
    super("the answer is not what the Docker Engine API says (expected: " + expected + ")");
  }
}
