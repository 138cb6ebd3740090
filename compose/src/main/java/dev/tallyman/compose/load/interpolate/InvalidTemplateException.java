package dev.tallyman.compose.load.interpolate;

/** A text cannot be interpolated; the message is a sentence for a person. */
public final class InvalidTemplateException extends Exception {

  private static final long serialVersionUID = 1L;

  InvalidTemplateException(String message) {
    super(message);
  }
}
