/**
 * The node's runtimes: {@link dev.tallyman.agent.roster.RuntimeRoster} connects the engines that
 * were configured, or those that are found, and goes on looking while there is none.
 */
@NullMarked
package dev.tallyman.agent.roster;

import org.jspecify.annotations.NullMarked;
