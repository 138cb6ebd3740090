/**
 * The agent's words as immutable values: what should run ({@link
 * dev.tallyman.agent.model.Desired}), what is remembered of it ({@link
 * dev.tallyman.agent.model.History}) and what became of it ({@link
 * dev.tallyman.agent.model.WorkloadStatus}). Instances are the runtime seam's own values.
 *
 * <p>Nothing in here knows a wire format, a file, a thread or a clock.
 */
@NullMarked
package dev.tallyman.agent.model;

import org.jspecify.annotations.NullMarked;
