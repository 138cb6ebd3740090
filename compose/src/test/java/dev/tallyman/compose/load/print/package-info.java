@NullMarked
package dev.tallyman.compose.load.print;

import org.jspecify.annotations.NullMarked;
