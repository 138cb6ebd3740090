/** The people's side: workloads of all nodes, and the nodes. */
@NullMarked
package dev.tallyman.controlplane.fleet;

import org.jspecify.annotations.NullMarked;
