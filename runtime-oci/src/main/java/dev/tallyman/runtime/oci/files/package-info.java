/** Files of instances that must not be kept by an engine: they lie in memory of the host. */
@NullMarked
package dev.tallyman.runtime.oci.files;

import org.jspecify.annotations.NullMarked;
