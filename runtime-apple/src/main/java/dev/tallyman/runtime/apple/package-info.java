/** A runtime on Apple's {@code container}: every instance is a micro-VM of its own. */
@NullMarked
package dev.tallyman.runtime.apple;

import org.jspecify.annotations.NullMarked;
