/** Apple's system service: whether it runs, and how it is started. */
@NullMarked
package dev.tallyman.runtime.apple.system;

import org.jspecify.annotations.NullMarked;
