/** What must be right about a whole project, and what follows from what is written. */
@NullMarked
package dev.tallyman.compose.load.check;

import org.jspecify.annotations.NullMarked;
