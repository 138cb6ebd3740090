@NullMarked
package dev.tallyman.cli.daemon;

import org.jspecify.annotations.NullMarked;
