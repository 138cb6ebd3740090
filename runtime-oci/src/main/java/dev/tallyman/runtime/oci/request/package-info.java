/**
 * Translates a spec into the body of the request that creates its container. Pure: whatever only
 * the engine or the host can tell is looked up before ({@link
 * dev.tallyman.runtime.oci.request.Resolved}).
 */
@NullMarked
package dev.tallyman.runtime.oci.request;

import org.jspecify.annotations.NullMarked;
