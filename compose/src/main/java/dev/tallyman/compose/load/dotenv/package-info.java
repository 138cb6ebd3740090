/** Files of variables. */
@NullMarked
package dev.tallyman.compose.load.dotenv;

import org.jspecify.annotations.NullMarked;
