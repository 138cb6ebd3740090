package dev.tallyman.cli.client;

import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A stream of answers, read when the reader is ready: a full queue holds the stream back. One
 * thread reads; gRPC's threads fill it.
 */
public final class Watch<T> implements StreamObserver<T> {

  private static final int CAPACITY = 256;

  private final BlockingQueue<Signal<T>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Function<Throwable, CallFailure> failures;
  private Optional<Signal<T>> end = Optional.empty();

  Watch(Function<Throwable, CallFailure> failures) {
    this.failures = failures;
  }

  /** What a wait brought. */
  public sealed interface Batch<T> {
    /** Answers, in their order; none when the time was over. */
    record Answers<T>(List<T> answers) implements Batch<T> {}

    /** The stream ended as it should. */
    record End<T>() implements Batch<T> {}
  }

  /**
   * Waits for answers, and takes all that are there.
   *
   * @throws CallFailure when the stream broke; answers before that are returned first
   */
  public Batch<T> next(Duration timeout) throws InterruptedException {
    List<T> answers = new ArrayList<>();
    if (end.isEmpty()) {
      Signal<T> first = queue.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      List<Signal<T>> signals = new ArrayList<>();
      if (first != null) {
        signals.add(first);
        queue.drainTo(signals);
      }
      for (Signal<T> signal : signals) {
        if (signal instanceof Signal.Answer<T>(T answer)) {
          answers.add(answer);
        } else {
          end = Optional.of(signal);
        }
      }
    }
    if (!answers.isEmpty() || end.isEmpty()) {
      return new Batch.Answers<>(answers);
    }
    if (end.get() instanceof Signal.Broken<T>(Throwable cause)) {
      throw failures.apply(cause);
    }
    return new Batch.End<>();
  }

  @Override
  public void onNext(T answer) {
    put(new Signal.Answer<>(answer));
  }

  @Override
  public void onError(Throwable failure) {
    put(new Signal.Broken<>(failure));
  }

  @Override
  public void onCompleted() {
    put(new Signal.Completed<>());
  }

  private void put(Signal<T> signal) {
    try {
      queue.put(signal);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private sealed interface Signal<T> {
    record Answer<T>(T answer) implements Signal<T> {}

    record Broken<T>(Throwable cause) implements Signal<T> {}

    record Completed<T>() implements Signal<T> {}
  }
}
