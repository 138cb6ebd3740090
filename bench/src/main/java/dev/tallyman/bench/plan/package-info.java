/** Benchmarks of the loop alone, in JMH. */
@NullMarked
package dev.tallyman.bench.plan;

import org.jspecify.annotations.NullMarked;
