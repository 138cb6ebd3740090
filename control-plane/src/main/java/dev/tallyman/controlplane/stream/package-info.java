/** Outbound streams that a slow reader cannot make grow. */
@NullMarked
package dev.tallyman.controlplane.stream;

import org.jspecify.annotations.NullMarked;
