/**
 * One engine: runs requests under deadlines, knows the engine's kind, version and abilities, and
 * says what its errors mean. Knows nothing of containers.
 */
@NullMarked
package dev.tallyman.runtime.oci.engine;

import org.jspecify.annotations.NullMarked;
