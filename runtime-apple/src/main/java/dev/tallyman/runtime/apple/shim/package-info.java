/** The small process beside each run that waits for its exit code and outlives the agent. */
@NullMarked
package dev.tallyman.runtime.apple.shim;

import org.jspecify.annotations.NullMarked;
