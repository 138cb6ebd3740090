/**
 * The containers of an engine: its verbs for them, their translation from and to the model of the
 * seam, how they are listed, watched and ended.
 */
@NullMarked
package dev.tallyman.runtime.oci.containers;

import org.jspecify.annotations.NullMarked;
