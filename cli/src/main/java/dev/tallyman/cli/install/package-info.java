/** The agent as a service of this host: what is written for it, and what is taken away again. */
@NullMarked
package dev.tallyman.cli.install;

import org.jspecify.annotations.NullMarked;
