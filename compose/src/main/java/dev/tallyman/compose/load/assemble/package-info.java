/** From main files, extended services and included files to one tree. */
@NullMarked
package dev.tallyman.compose.load.assemble;

import org.jspecify.annotations.NullMarked;
