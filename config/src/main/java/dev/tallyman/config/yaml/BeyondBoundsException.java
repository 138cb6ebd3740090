package dev.tallyman.config.yaml;

/** The input is larger than its bounds; nothing after this place is read. */
final class BeyondBoundsException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String place;
  private final String problem;

  BeyondBoundsException(Place place, String problem) {
    super(problem, null, false, false);
    this.place = place.toString();
    this.problem = problem;
  }

  String place() {
    return place;
  }

  String problem() {
    return problem;
  }
}
