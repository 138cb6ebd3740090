@NullMarked
package dev.tallyman.runtime.apple.logs;

import org.jspecify.annotations.NullMarked;
