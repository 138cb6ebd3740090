/** The images of an engine, and the logins at their registries. */
@NullMarked
package dev.tallyman.runtime.oci.images;

import org.jspecify.annotations.NullMarked;
