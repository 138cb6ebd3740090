@NullMarked
package dev.tallyman.cli.daemon.systemd;

import org.jspecify.annotations.NullMarked;
