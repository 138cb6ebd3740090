/** The daemons as commands: settings from flags, logs, and an orderly end when a signal asks. */
@NullMarked
package dev.tallyman.cli.daemon;

import org.jspecify.annotations.NullMarked;
