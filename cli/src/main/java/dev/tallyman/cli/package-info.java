/**
 * The {@code tallyman} command: {@link dev.tallyman.cli.Main} and one class for each subcommand.
 *
 * <p>Commands that only ask something must begin quickly. They do not touch the classes of the
 * daemons or of the logging library; those are loaded in {@link dev.tallyman.cli.daemon} when a
 * daemon starts.
 */
@NullMarked
package dev.tallyman.cli;

import org.jspecify.annotations.NullMarked;
