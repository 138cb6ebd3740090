/**
 * Reads Compose files into one model in long form. The way of a file: read, interpolated, brought
 * to one shape, merged, checked, completed. No engine, no clock, and no file but through {@link
 * dev.tallyman.compose.load.Sources}.
 */
@NullMarked
package dev.tallyman.compose.load;

import org.jspecify.annotations.NullMarked;
