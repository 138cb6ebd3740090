@NullMarked
package dev.tallyman.runtime.apple.shim;

import org.jspecify.annotations.NullMarked;
