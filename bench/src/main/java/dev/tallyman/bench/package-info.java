/** Benchmarks: scenarios, what they run on and what they find. Started by {@code bench/run}. */
@NullMarked
package dev.tallyman.bench;

import org.jspecify.annotations.NullMarked;
