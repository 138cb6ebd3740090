/** The nodes' side: one stream for each node. */
@NullMarked
package dev.tallyman.controlplane.sync;

import org.jspecify.annotations.NullMarked;
