@NullMarked
package dev.tallyman.runtime.oci.assets;

import org.jspecify.annotations.NullMarked;
