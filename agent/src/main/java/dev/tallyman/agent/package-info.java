/**
 * The agent as a whole: {@link dev.tallyman.agent.Agent} builds the rooms, starts and stops them;
 * {@link dev.tallyman.agent.AgentSettings} declares what can be configured, and {@link
 * dev.tallyman.agent.AgentConfig} is that, checked.
 */
@NullMarked
package dev.tallyman.agent;

import org.jspecify.annotations.NullMarked;
