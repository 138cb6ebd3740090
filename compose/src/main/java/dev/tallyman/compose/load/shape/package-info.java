/** What each key of the specification may hold, and how its short forms become long ones. */
@NullMarked
package dev.tallyman.compose.load.shape;

import org.jspecify.annotations.NullMarked;
