/** Which nodes live, by their leases. */
@NullMarked
package dev.tallyman.controlplane.node;

import org.jspecify.annotations.NullMarked;
