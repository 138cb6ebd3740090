/** The hosts files by which instances of a stack find each other. */
@NullMarked
package dev.tallyman.runtime.apple.hosts;

import org.jspecify.annotations.NullMarked;
