package dev.tallyman.cli.client;

import dev.tallyman.transport.ChannelSpec;
import dev.tallyman.transport.Channels;
import dev.tallyman.transport.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A connection to a control plane or an agent. Opening it does not connect; the first call does.
 *
 * @param <B> the service's stub for calls with one answer
 * @param <S> the service's stub for streams
 */
public final class Connection<B extends AbstractStub<B>, S extends AbstractStub<S>>
    implements AutoCloseable {

  /** How long a call with one answer may take. */
  public static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  private final Peer peer;
  private final Endpoint endpoint;
  private final ManagedChannel channel;
  private final B calls;
  private final S streams;

  private Connection(
      Peer peer,
      Endpoint endpoint,
      ManagedChannel channel,
      Function<ManagedChannel, B> calls,
      Function<ManagedChannel, S> streams) {
    this.peer = peer;
    this.endpoint = endpoint;
    this.channel = channel;
    this.calls = calls.apply(channel);
    this.streams = streams.apply(channel);
  }

  /**
   * Opens a connection.
   *
   * @throws dev.tallyman.transport.TransportException when it cannot be opened as it is asked for
   */
  static <B extends AbstractStub<B>, S extends AbstractStub<S>> Connection<B, S> open(
      Peer peer,
      ChannelSpec spec,
      Function<ManagedChannel, B> calls,
      Function<ManagedChannel, S> streams) {
    return new Connection<>(peer, spec.endpoint(), Channels.open(spec), calls, streams);
  }

  /** Whom it goes to. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** How sentences call whom it goes to. */
  public Peer peer() {
    return peer;
  }

  /**
   * Makes a call with one answer, within {@link #CALL_TIMEOUT}.
   *
   * @throws CallFailure when there is no answer, or a refusal
   */
  public <T> T call(Function<B, T> method) {
    return call(CALL_TIMEOUT, method);
  }

  /** The same, within another time. */
  public <T> T call(Duration timeout, Function<B, T> method) {
    B stub = calls.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    return CallFailure.translate(peer, endpoint, () -> method.apply(stub));
  }

  /** Begins a stream of answers, without a limit of time. */
  public <T> Watch<T> watch(BiConsumer<S, StreamObserver<T>> method) {
    Watch<T> watch = new Watch<>(failure -> CallFailure.of(peer, endpoint, failure));
    method.accept(streams, watch);
    return watch;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
