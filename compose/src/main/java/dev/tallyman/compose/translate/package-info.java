/**
 * Makes workloads of a project. Each key of the specification has one of three treatments, listed
 * in the {@link dev.tallyman.compose.translate.KeyTable}s: it is translated, it has no effect on
 * what runs, or it is refused with a sentence that says what to do. Nothing here asks an engine or
 * a clock; files are read through {@link dev.tallyman.compose.load.Sources} only.
 */
@NullMarked
package dev.tallyman.compose.translate;

import org.jspecify.annotations.NullMarked;
