/**
 * The decision, apart from everything else: {@link dev.tallyman.agent.plan.Plan} says what to do
 * next for one uid, {@link dev.tallyman.agent.plan.Placer} where a workload may run, {@link
 * dev.tallyman.agent.plan.Ledger} whether there is room for it.
 *
 * <p>Pure: no clock, no I/O, no logging, no thread. All that the agent ever decides can be tested
 * as a table of values.
 */
@NullMarked
package dev.tallyman.agent.plan;

import org.jspecify.annotations.NullMarked;
