/**
 * The Reconciler: the only writer of the agent's state, and what others may read of it.
 *
 * <p>{@link dev.tallyman.agent.inbox.Inbox} is the only way in: everything that happens is a {@link
 * dev.tallyman.agent.inbox.Message}. {@link dev.tallyman.agent.loop.StatusBoard}, {@link
 * dev.tallyman.agent.loop.NodeBoard} and {@link dev.tallyman.agent.loop.EventLog} are the ways out,
 * readable by any thread without disturbing the loop.
 */
@NullMarked
package dev.tallyman.agent.loop;

import org.jspecify.annotations.NullMarked;
