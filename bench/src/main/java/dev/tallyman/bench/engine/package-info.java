/** Engines as benchmarks use them: driven bare, and watched on their socket. */
@NullMarked
package dev.tallyman.bench.engine;

import org.jspecify.annotations.NullMarked;
