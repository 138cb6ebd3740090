/** Tallyman's daemons as processes, as their users start them. */
@NullMarked
package dev.tallyman.bench.node;

import org.jspecify.annotations.NullMarked;
