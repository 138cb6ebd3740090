@NullMarked
package dev.tallyman.compose.load;

import org.jspecify.annotations.NullMarked;
