package dev.tallyman.runtime.testkit;

import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The registry that an {@link InMemoryEngine} pulls from. It has nothing but what it was told to
 * offer. Any thread may use it at any time.
 */
public final class Registry {

  /** What happens to a pull of an image. */
  sealed interface Answer {
    record Delivers(long bytes, Duration needs) implements Answer {}

    record Denies() implements Answer {}

    record CannotBeReached() implements Answer {}

    record BreaksOff() implements Answer {}

    record Stalls() implements Answer {}

    record Lacks() implements Answer {}
  }

  /** A name of lower-case parts, with an optional host before it and a tag or digest behind. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*"
              + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?");

  private final EngineLock lock;
  private final Map<String, Answer> answers = new HashMap<>();

  Registry(EngineLock lock) {
    this.lock = lock;
  }

  /** Has this image; a pull needs no time. */
  public Registry offers(String image) {
    return offers(image, 1_000_000, Duration.ZERO);
  }

  /** Has this image, of this size, and needs that long for it. */
  public Registry offers(String image, long bytes, Duration needs) {
    return answer(image, new Answer.Delivers(bytes, needs));
  }

  /** Wants other credentials for this image. */
  public Registry denies(String image) {
    return answer(image, new Answer.Denies());
  }

  /** Cannot be reached by who wants this image. */
  public Registry cannotBeReachedFor(String image) {
    return answer(image, new Answer.CannotBeReached());
  }

  /** Breaks off half-way through this image. */
  public Registry breaksOff(String image) {
    return answer(image, new Answer.BreaksOff());
  }

  /** Begins with this image, and nothing comes any more. */
  public Registry stalls(String image) {
    return answer(image, new Answer.Stalls());
  }

  /** Does not have this image any more. */
  public Registry lacks(String image) {
    return answer(image, new Answer.Lacks());
  }

  /** What happens to a pull; called with the lock held. */
  Answer answerTo(String image) {
    if (!isReference(image)) {
      throw new RuntimeFailure.InvalidSpec(
          "image: '" + image + "' (expected: a reference such as host/name:tag)");
    }
    return answers.getOrDefault(image, new Answer.Lacks());
  }

  static boolean isReference(String image) {
    return REFERENCE.matcher(image).matches();
  }

  private Registry answer(String image, Answer answer) {
    lock.run(() -> answers.put(image, answer));
    return this;
  }
}
