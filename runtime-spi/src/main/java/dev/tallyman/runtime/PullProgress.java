package dev.tallyman.runtime;

import static java.util.Objects.requireNonNull;

/**
 * How far a pull is.
 *
 * @param image the image reference
 * @param doneBytes bytes fetched so far, over all layers that have begun
 * @param totalBytes bytes of all layers known so far; 0 while none is known
 * @param message what the engine says it does
 */
public record PullProgress(String image, long doneBytes, long totalBytes, String message) {
  public PullProgress {
    requireNonNull(image, "image");
    requireNonNull(message, "message");
  }
}
