@NullMarked
package dev.tallyman.runtime.oci.containers;

import org.jspecify.annotations.NullMarked;
