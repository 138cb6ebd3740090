/** Networks and volumes of stacks. */
@NullMarked
package dev.tallyman.runtime.apple.assets;

import org.jspecify.annotations.NullMarked;
