/**
 * gRPC over unix sockets and TCP: one place that decides who may talk to whom and how.
 *
 * <p>{@link dev.tallyman.transport.Channels} opens the client side, {@link
 * dev.tallyman.transport.Servers} starts the server side; both take an {@link
 * dev.tallyman.transport.Endpoint}. What is not a unix socket or a loopback address is spoken to
 * with TLS only, and nothing switches that off. Unix sockets need no native code.
 */
@NullMarked
package dev.tallyman.transport;

import org.jspecify.annotations.NullMarked;
