@NullMarked
package dev.tallyman.runtime.apple.command;

import org.jspecify.annotations.NullMarked;
