package dev.tallyman.runtime.testkit;

import static java.util.Objects.requireNonNull;

import dev.tallyman.runtime.Deadlines;
import dev.tallyman.runtime.ImageHealthCheck;
import dev.tallyman.runtime.Images;
import dev.tallyman.runtime.PullProgress;
import dev.tallyman.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The images of an in-memory engine. */
final class InMemoryImages implements Images {

  private static final Duration LONGEST_STALL = Duration.ofHours(1);
  private static final int PULL_STEPS = 4;

  private final Client client;
  private final InMemoryEngine engine;
  private final Requests requests;
  private final Deadlines deadlines;

  InMemoryImages(Client client, InMemoryEngine engine, Deadlines deadlines) {
    this.client = client;
    this.engine = engine;
    this.requests = engine.requests();
    this.deadlines = deadlines;
  }

  @Override
  public boolean isPresent(String image) {
    requireNonNull(image, "image");
    Requests.Call call = begin(Operation.IMAGE, image, deadlines.read());
    return requests.perform(call, () -> engine.machine().images().contains(image));
  }

  @Override
  public Optional<ImageHealthCheck> healthCheck(String image) {
    requireNonNull(image, "image");
    Requests.Call call = begin(Operation.IMAGE, image, deadlines.read());
    return requests.perform(
        call,
        () -> {
          if (!engine.machine().images().contains(image)) {
            throw new RuntimeFailure.ImageNotFound("image " + image + ": not at this engine");
          }
          return engine.machine().healthCheck(image);
        });
  }

  @Override
  public void pull(String image, Consumer<PullProgress> progress) {
    requireNonNull(image, "image");
    requireNonNull(progress, "progress");
    Requests.Call call = begin(Operation.PULL, image, deadlines.pullStall());
    var _ =
        requests.perform(
            call,
            () -> engine.registry().answerTo(image),
            answer -> {
              deliver(image, answer, progress);
              return true;
            });
  }

  private void deliver(String image, Registry.Answer answer, Consumer<PullProgress> progress) {
    switch (answer) {
      case Registry.Answer.Lacks _ ->
          throw new RuntimeFailure.ImageNotFound("image " + image + ": not in its registry");
      case Registry.Answer.Denies _ ->
          throw new RuntimeFailure.PullDenied("image " + image + ": access denied");
      case Registry.Answer.CannotBeReached _ ->
          throw new RuntimeFailure.PullFailed(
              "image " + image + ": registry cannot be reached", null);
      case Registry.Answer.Stalls _ -> {
        progress.accept(new PullProgress(image, 0, 0, "waiting"));
        requests.step(client, Operation.PULL, image, deadlines.pullStall(), LONGEST_STALL);
      }
      case Registry.Answer.BreaksOff _ -> {
        progress.accept(new PullProgress(image, 1, 2, "downloading"));
        throw new RuntimeFailure.PullFailed("image " + image + ": registry broke off", null);
      }
      case Registry.Answer.Delivers(long bytes, Duration needs) -> {
        for (int step = 1; step <= PULL_STEPS; step++) {
          requests.step(
              client, Operation.PULL, image, deadlines.pullStall(), needs.dividedBy(PULL_STEPS));
          progress.accept(new PullProgress(image, bytes * step / PULL_STEPS, bytes, "downloading"));
        }
        engine.addImage(image);
      }
    }
  }

  private Requests.Call begin(Operation operation, String image, Duration limit) {
    return engine.begin(client, operation, image, limit);
  }
}
