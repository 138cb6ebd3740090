/** One call of a command: argv, a deadline of ours, output to files, and whose turn it is. */
@NullMarked
package dev.tallyman.runtime.apple.command;

import org.jspecify.annotations.NullMarked;
