/**
 * The hands: {@link dev.tallyman.agent.actuate.Lanes} does each action on a virtual thread of its
 * own, {@link dev.tallyman.agent.actuate.Pulls} fetches each image once for all who want it.
 */
@NullMarked
package dev.tallyman.agent.actuate;

import org.jspecify.annotations.NullMarked;
