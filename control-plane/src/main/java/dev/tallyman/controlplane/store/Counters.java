package dev.tallyman.controlplane.store;

/**
 * The store's counters.
 *
 * @param revision of the last change of desired state; 0 in a new store
 * @param sequence of the last change of anything that can be seen; 0 in a new store
 */
public record Counters(long revision, long sequence) {}
