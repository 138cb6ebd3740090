/** What a daemon and systemd tell each other; see {@code sd_notify(3)}. */
@NullMarked
package dev.tallyman.cli.daemon.systemd;

import org.jspecify.annotations.NullMarked;
