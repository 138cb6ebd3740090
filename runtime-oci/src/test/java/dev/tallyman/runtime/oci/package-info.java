@NullMarked
package dev.tallyman.runtime.oci;

import org.jspecify.annotations.NullMarked;
