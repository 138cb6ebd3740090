@NullMarked
package dev.tallyman.runtime.apple.cli;

import org.jspecify.annotations.NullMarked;
