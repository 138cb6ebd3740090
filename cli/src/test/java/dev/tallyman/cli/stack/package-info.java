@NullMarked
package dev.tallyman.cli.stack;

import org.jspecify.annotations.NullMarked;
