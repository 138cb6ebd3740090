package dev.tallyman.controlplane.auth;

import dev.tallyman.transport.BearerTokens;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Finds out who calls, and refuses what the caller may not do. */
public final class Access {

  private static final Context.Key<Principal> CALLER = Context.key("caller");

  private Access() {}

  /** For listeners that only this host's user can reach: everybody is {@link Principal.Local}. */
  public static ServerInterceptor local() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Context context = Context.current().withValue(CALLER, new Principal.Local());
        return Contexts.interceptCall(context, call, headers, next);
      }
    };
  }

  /** For other listeners: a call needs a known token. */
  public static ServerInterceptor byToken(Tokens tokens) {
    return new BearerTokens<>(CALLER, tokens::principal);
  }

  /**
   * Who makes the call that runs on this thread.
   *
   * @throws StatusRuntimeException UNAUTHENTICATED if nobody found out
   */
  public static Principal caller() {
    Principal caller = CALLER.get();
    if (caller == null) {
      throw Status.UNAUTHENTICATED.withDescription("caller is not known").asRuntimeException();
    }
    return caller;
  }

  /**
   * Lets people and schedulers through.
   *
   * @throws StatusRuntimeException PERMISSION_DENIED for a node
   */
  public static void requireAdmin() {
    switch (caller()) {
      case Principal.Local _, Principal.AdminToken _ -> {}
      case Principal.NodeToken(String node) ->
          throw denied("the token of node " + node + " (expected: an admin's token)");
    }
  }

  /**
   * Lets a node speak for itself.
   *
   * @throws StatusRuntimeException PERMISSION_DENIED for other nodes and for people
   */
  public static void requireNode(Principal caller, String node) {
    switch (caller) {
      case Principal.Local _ -> {}
      case Principal.NodeToken(String own) when own.equals(node) -> {}
      case Principal.NodeToken(String own) ->
          throw denied("the token of node " + own + " (expected: that of node " + node + ")");
      case Principal.AdminToken(String name) ->
          throw denied("the token of admin " + name + " (expected: that of node " + node + ")");
    }
  }

  private static StatusRuntimeException denied(String what) {
    return Status.PERMISSION_DENIED.withDescription("refused: " + what).asRuntimeException();
  }
}
