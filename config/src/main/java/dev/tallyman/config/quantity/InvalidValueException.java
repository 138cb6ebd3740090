package dev.tallyman.config.quantity;

/** A text that has not the form, or not the range, that was expected. */
public final class InvalidValueException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String value;
  private final String expected;

  /**
   * Makes the exception.
   *
   * @param value what was given
   * @param expected what would be right, to follow "expected: "
   */
  public InvalidValueException(String value, String expected) {
    super(quoted(value) + " (expected: " + expected + ")");
    this.value = value;
    this.expected = expected;
  }

  /** What was given. */
  public String value() {
    return value;
  }

  /** What would have been right. */
  public String expected() {
    return expected;
  }

  /** {@code value (expected: ...)}; a long value is cut. */
  public String describe() {
    return quoted(value) + " (expected: " + expected + ")";
  }

  /** The same for secrets: {@code *** (expected: ...)}. */
  public String describeWithoutValue() {
    return "*** (expected: " + expected + ")";
  }

  private static String quoted(String value) {
    String shown = value.length() > 80 ? value.substring(0, 77) + "..." : value;
    boolean plain =
        !shown.isBlank()
            && shown.equals(shown.strip())
            && shown.chars().noneMatch(Character::isISOControl);
    if (plain) {
      return shown;
    }
    StringBuilder text = new StringBuilder("\"");
    shown.chars().forEach(c -> text.append(Character.isISOControl(c) ? '?' : (char) c));
    return text.append('"').toString();
  }
}
