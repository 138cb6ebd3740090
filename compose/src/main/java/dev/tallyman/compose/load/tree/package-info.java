/** Small steps on trees of YAML values: making, finding, numbers, paths of keys. */
@NullMarked
package dev.tallyman.compose.load.tree;

import org.jspecify.annotations.NullMarked;
