/** The verbs for containers: looking, launching, starting, stopping, removing, commands. */
@NullMarked
package dev.tallyman.runtime.apple.containers;

import org.jspecify.annotations.NullMarked;
