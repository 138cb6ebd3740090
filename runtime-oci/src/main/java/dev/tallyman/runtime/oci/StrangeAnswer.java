package dev.tallyman.runtime.oci;

import java.io.IOException;

/** The engine answered with success, and with something else than the API says. */
final class StrangeAnswer extends IOException {

  StrangeAnswer(String expected) {
    super("the answer is not what the Docker Engine API says (expected: " + expected + ")");
  }
}
