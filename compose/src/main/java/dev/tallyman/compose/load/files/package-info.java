/** Every file of a load, each read once. */
@NullMarked
package dev.tallyman.compose.load.files;

import org.jspecify.annotations.NullMarked;
