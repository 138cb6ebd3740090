/** What instances wrote, as the engine keeps it. */
@NullMarked
package dev.tallyman.runtime.apple.logs;

import org.jspecify.annotations.NullMarked;
