@NullMarked
package dev.tallyman.cli.sweep;

import org.jspecify.annotations.NullMarked;
