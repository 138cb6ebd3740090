/**
 * The wire contract turned into the agent's own words, and back: the only room that knows how a
 * workload looks as a message. What breaks a rule of the contract is refused with all its faults.
 */
@NullMarked
package dev.tallyman.agent.wire;

import org.jspecify.annotations.NullMarked;
