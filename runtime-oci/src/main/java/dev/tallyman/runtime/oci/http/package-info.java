/**
 * Requests to an engine and its answers: HTTP on a unix socket, JSON inside, and streams of both.
 * Written on Netty's HTTP codec rather than a client of the Docker API: some twenty requests are
 * needed, and such a client costs the agent 25 MB of memory and half a second of start.
 */
@NullMarked
package dev.tallyman.runtime.oci.http;

import org.jspecify.annotations.NullMarked;
