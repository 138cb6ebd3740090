/**
 * The agent's rooms within the benchmark's own process, where a process of its own would only add
 * noise.
 */
@NullMarked
package dev.tallyman.bench.inprocess;

import org.jspecify.annotations.NullMarked;
