@NullMarked
package dev.tallyman.runtime.oci.images;

import org.jspecify.annotations.NullMarked;
