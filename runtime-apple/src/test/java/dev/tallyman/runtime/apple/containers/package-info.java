@NullMarked
package dev.tallyman.runtime.apple.containers;

import org.jspecify.annotations.NullMarked;
