/** One file over another, by the specification's rule for each key. */
@NullMarked
package dev.tallyman.compose.load.merge;

import org.jspecify.annotations.NullMarked;
