@NullMarked
package dev.tallyman.runtime.oci.engine;

import org.jspecify.annotations.NullMarked;
