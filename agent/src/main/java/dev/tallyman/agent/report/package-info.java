/** Tells the control plane what became of workloads and how the node is. */
@NullMarked
package dev.tallyman.agent.report;

import org.jspecify.annotations.NullMarked;
