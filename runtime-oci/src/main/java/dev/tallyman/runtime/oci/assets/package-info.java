/**
 * The networks and volumes of stacks: made when they are first needed, known by their labels, and
 * never mistaken for somebody else's.
 */
@NullMarked
package dev.tallyman.runtime.oci.assets;

import org.jspecify.annotations.NullMarked;
