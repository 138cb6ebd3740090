/** Removal of stacks by their labels, at the engines themselves, when no agent runs. */
@NullMarked
package dev.tallyman.cli.sweep;

import org.jspecify.annotations.NullMarked;
