/**
 * Walks every state that an agent can come into in a small world, faults included. {@link
 * dev.tallyman.agent.explore.World} is such a world around the real Reconciler and the real lanes'
 * work, {@link dev.tallyman.agent.explore.Explorer} walks it, {@link
 * dev.tallyman.agent.explore.Scenarios} are the worlds.
 */
@NullMarked
package dev.tallyman.agent.explore;

import org.jspecify.annotations.NullMarked;
