/** A loaded project as text for people and programs, without its secrets. */
@NullMarked
package dev.tallyman.compose.load.print;

import org.jspecify.annotations.NullMarked;
