/**
 * What can be told to the Reconciler, and the one way of telling it: {@link
 * dev.tallyman.agent.inbox.Message} and {@link dev.tallyman.agent.inbox.Inbox}.
 */
@NullMarked
package dev.tallyman.agent.inbox;

import org.jspecify.annotations.NullMarked;
