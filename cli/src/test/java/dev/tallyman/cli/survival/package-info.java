/** The agent and the control plane as processes that are killed, with real engines. */
@NullMarked
package dev.tallyman.cli.survival;

import org.jspecify.annotations.NullMarked;
