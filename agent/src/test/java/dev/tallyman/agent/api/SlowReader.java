package dev.tallyman.agent.api;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A caller that reads only as many messages as it asks for, which at first is none. */
final class SlowReader<Q, A> implements ClientResponseObserver<Q, A> {

  final List<A> received = new CopyOnWriteArrayList<>();
  final CompletableFuture<Status> end = new CompletableFuture<>();
  private Optional<ClientCallStreamObserver<Q>> call = Optional.empty();

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> started) {
    started.disableAutoRequestWithInitial(0);
    call = Optional.of(started);
  }

  void ask(int messages) {
    call.orElseThrow().request(messages);
  }

  void leave() {
    call.orElseThrow().cancel("leaves", null);
  }

  @Override
  public void onNext(A message) {
    received.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
