/** Changes, found out by asking. */
@NullMarked
package dev.tallyman.runtime.apple.events;

import org.jspecify.annotations.NullMarked;
