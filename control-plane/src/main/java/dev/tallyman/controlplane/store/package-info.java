/**
 * Where the control plane keeps what it must not lose. {@link
 * dev.tallyman.controlplane.store.Store} is the seam, {@link
 * dev.tallyman.controlplane.store.SqliteStore} the embedded one.
 *
 * <p>Two counters rise and never fall. The <em>revision</em> counts changes of desired state: nodes
 * hold one, and get what has a higher one. The <em>sequence</em> counts everything that somebody
 * can see, statuses too: watchers follow it. Each workload remembers the last of both, and a
 * removed one leaves a tombstone; so what changed since a number can be read at any time, costs
 * what changed, and needs no queue for anybody.
 */
@NullMarked
package dev.tallyman.controlplane.store;

import org.jspecify.annotations.NullMarked;
