/** Looks at everything that an agent needs on this host, and says what is missing. */
@NullMarked
package dev.tallyman.cli.doctor;

import org.jspecify.annotations.NullMarked;
