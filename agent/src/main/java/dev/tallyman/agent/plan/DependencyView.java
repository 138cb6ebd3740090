package dev.tallyman.agent.plan;

import static java.util.Objects.requireNonNull;

import dev.tallyman.agent.model.Dependency;
import java.time.Instant;
import java.util.Optional;

/**
 * A dependency of a workload, and how the other workload stands.
 *
 * @param dependency what was declared
 * @param standing how the other one stands
 * @param detail what its status says, for a sentence
 * @param beginning which beginning of the other one there is now, as far as this one follows it
 * @param facts what others may know of it, once it runs
 */
public record DependencyView(
    Dependency dependency,
    Standing standing,
    String detail,
    Optional<String> beginning,
    Optional<Facts> facts) {

  private static final String MARK = "@";

  /** How a workload stands for those that depend on it. */
  public enum Standing {
    /** There is none of that name. */
    ABSENT,
    /** It is on its way. */
    PENDING,
    /** It runs. */
    STARTED,
    /** It runs and can be used. */
    HEALTHY,
    /** It has run to its end with exit code 0. */
    COMPLETED,
    /** It has ended otherwise, or cannot run, for good. */
    FAILED
  }

  public DependencyView {
    requireNonNull(dependency, "dependency");
    requireNonNull(standing, "standing");
    requireNonNull(detail, "detail");
    requireNonNull(beginning, "beginning");
    requireNonNull(facts, "facts");
  }

  /**
   * Which beginning of a workload one sees that follows it in this way.
   *
   * @param asked restarts that operators asked for so far
   * @return empty if it does not follow
   */
  public static Optional<String> beginning(
      Dependency.Follow follow, String instanceId, Instant startedAt, int asked) {
    return switch (follow) {
      case STAY -> Optional.empty();
      case RESTART -> Optional.of(instanceId + MARK + asked);
      case REJOIN -> Optional.of(instanceId + MARK + startedAt);
    };
  }

  /** The instance of which a text is a beginning. */
  static String instanceOf(String beginning) {
    int mark = beginning.indexOf(MARK);
    return mark < 0 ? beginning : beginning.substring(0, mark);
  }

  /** Whether the workload need not wait for this one any more. */
  boolean isSatisfied() {
    boolean good =
        switch (dependency.condition()) {
          case STARTED ->
              switch (standing) {
                case STARTED, HEALTHY, COMPLETED -> true;
                case ABSENT, PENDING, FAILED -> false;
              };
          case HEALTHY -> standing == Standing.HEALTHY;
          case COMPLETED -> standing == Standing.COMPLETED;
        };
    return good || (dependency.need() == Dependency.Need.OPTIONAL && isHopeless());
  }

  /** Whether it stays as it is unless somebody does something. */
  private boolean isHopeless() {
    return switch (standing) {
      case ABSENT, FAILED -> true;
      case COMPLETED -> dependency.condition() == Dependency.Condition.HEALTHY;
      case PENDING, STARTED, HEALTHY -> false;
    };
  }
}
