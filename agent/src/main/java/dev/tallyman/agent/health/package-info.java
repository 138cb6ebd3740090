/**
 * Whether instances work: probes, run by the agent, the same on every engine. Each runs on a thread
 * of its own and tells the loop only when its word changes.
 */
@NullMarked
package dev.tallyman.agent.health;

import org.jspecify.annotations.NullMarked;
