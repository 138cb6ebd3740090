/** Tests of the seam's values. */
@NullMarked
package dev.tallyman.runtime;

import org.jspecify.annotations.NullMarked;
