package dev.tallyman.controlplane.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallyman.controlplane.ControlPlaneFixture;
import dev.tallyman.proto.v1.AssignedWorkload;
import dev.tallyman.proto.v1.ListWorkloadsRequest;
import dev.tallyman.proto.v1.WorkloadWatchEvent;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that watches workloads. */
final class Watcher implements StreamObserver<WorkloadWatchEvent>, AutoCloseable {

  private final BlockingQueue<WorkloadWatchEvent> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final Context.CancellableContext call = Context.current().withCancellation();

  static Watcher of(ControlPlaneFixture control, ListWorkloadsRequest request) {
    Watcher watcher = new Watcher();
    watcher.call.run(() -> control.asyncFleet().watchWorkloads(request, watcher));
    return watcher;
  }

  WorkloadWatchEvent next() {
    try {
      WorkloadWatchEvent event = events.poll(30, TimeUnit.SECONDS);
      assertThat(event).as("an event within 30 s").isNotNull();
      return requireNonNull(event);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  AssignedWorkload nextChanged() {
    WorkloadWatchEvent event = next();
    assertThat(event.hasChanged()).as(event.toString()).isTrue();
    return event.getChanged();
  }

  Status awaitEnd() {
    return end.orTimeout(30, TimeUnit.SECONDS).join();
  }

  boolean isQuiet() {
    return events.isEmpty();
  }

  @Override
  public void onNext(WorkloadWatchEvent event) {
    events.add(event);
  }

  @Override
  public void onError(Throwable t) {
    end.complete(Status.fromThrowable(t));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }

  @Override
  public void close() {
    call.cancel(null);
  }
}
