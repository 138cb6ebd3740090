/** Tests of loading and translating together. */
@NullMarked
package dev.tallyman.compose;

import org.jspecify.annotations.NullMarked;
