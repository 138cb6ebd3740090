/** The machine that is measured on, and what processes cost it. */
@NullMarked
package dev.tallyman.bench.machine;

import org.jspecify.annotations.NullMarked;
