/** Variables in values: $NAME and ${NAME} with defaults, alternatives and demands. */
@NullMarked
package dev.tallyman.compose.load.interpolate;

import org.jspecify.annotations.NullMarked;
