@NullMarked
package dev.tallyman.runtime.apple.hosts;

import org.jspecify.annotations.NullMarked;
