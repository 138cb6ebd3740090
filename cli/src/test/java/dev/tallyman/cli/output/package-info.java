@NullMarked
package dev.tallyman.cli.output;

import org.jspecify.annotations.NullMarked;
