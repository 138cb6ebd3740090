/**
 * What outlives the agent: the last complete desired state of each feed, the history of each
 * workload, and the agent's identity.
 *
 * <p>{@link dev.tallyman.agent.state.Store} is the contract; {@link
 * dev.tallyman.agent.state.StateDirectory} keeps it on disk, one file for each thing, each written
 * whole and checked when it is read. {@link dev.tallyman.agent.state.StateWriter} writes behind the
 * loop's back. A file that cannot be believed is set aside and reported, never guessed at.
 */
@NullMarked
package dev.tallyman.agent.state;

import org.jspecify.annotations.NullMarked;
