@NullMarked
package dev.tallyman.runtime.apple;

import org.jspecify.annotations.NullMarked;
