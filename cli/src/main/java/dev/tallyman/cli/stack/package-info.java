/** Stacks from the person's side: which files they are, how their start goes, what they write. */
@NullMarked
package dev.tallyman.cli.stack;

import org.jspecify.annotations.NullMarked;
