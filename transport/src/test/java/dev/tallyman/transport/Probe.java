package dev.tallyman.transport;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A real service to call in these tests, and calls to it. */
final class Probe extends HealthGrpc.HealthImplBase {

  static final Context.Key<String> CALLER = Context.key("caller");

  /** Counted down when a call of {@link #watch} has arrived. */
  final CountDownLatch watching = new CountDownLatch(1);

  /** A call of {@link #watch} ends when this is counted down. */
  final CountDownLatch release = new CountDownLatch(1);

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    if (request.getService().equals("who")) {
      answer.onError(Status.ABORTED.withDescription("you are " + CALLER.get()).asException());
      return;
    }
    if (!Thread.currentThread().isVirtual()) {
      answer.onError(Status.INTERNAL.withDescription("not a virtual thread").asException());
      return;
    }
    answer.onNext(serving());
    answer.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    watching.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    answer.onNext(serving());
    answer.onCompleted();
  }

  /** Calls {@link #check} within 10 s. */
  static HealthCheckResponse.ServingStatus call(ManagedChannel channel) {
    return call(channel, "");
  }

  static HealthCheckResponse.ServingStatus call(ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static HealthCheckResponse serving() {
    return HealthCheckResponse.newBuilder()
        .setStatus(HealthCheckResponse.ServingStatus.SERVING)
        .build();
  }
}
