/**
 * All that is known of Apple's {@code container} command: its versions, invocations, answers and
 * words.
 */
@NullMarked
package dev.tallyman.runtime.apple.cli;

import org.jspecify.annotations.NullMarked;
