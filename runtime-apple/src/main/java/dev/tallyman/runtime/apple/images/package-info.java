/** Images. */
@NullMarked
package dev.tallyman.runtime.apple.images;

import org.jspecify.annotations.NullMarked;
