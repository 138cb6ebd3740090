package dev.tallyman.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets only calls with a known bearer token through, and tells services whose it is. The header is
 * {@code authorization: Bearer <token>}. A call without, or with an unknown one, ends with
 * UNAUTHENTICATED before it reaches a service.
 *
 * @param <P> what a token stands for
 */
public final class BearerTokens<P> implements ServerInterceptor {

  private final Context.Key<P> key;
  private final Function<TokenHash, Optional<P>> principals;

  /**
   * @param key where services find the principal: {@code key.get()} on the call's thread
   * @param principals finds the principal of a token; called for each call, by many threads
   */
  public BearerTokens(Context.Key<P> key, Function<TokenHash, Optional<P>> principals) {
    this.key = requireNonNull(key, "key");
    this.principals = requireNonNull(principals, "principals");
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String header = headers.get(TokenFile.AUTHORIZATION);
    if (header == null || !header.startsWith(TokenFile.SCHEME)) {
      return refuse(call, "no bearer token (expected: authorization: Bearer <token>)");
    }
    TokenHash hash = TokenHash.of(header.substring(TokenFile.SCHEME.length()));
    Optional<P> principal = principals.apply(hash);
    if (principal.isEmpty()) {
      return refuse(call, "the bearer token is not known here");
    }
    return Contexts.interceptCall(
        Context.current().withValue(key, principal.get()), call, headers, next);
  }

  private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, String reason) {
    call.close(Status.UNAUTHENTICATED.withDescription(reason), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
