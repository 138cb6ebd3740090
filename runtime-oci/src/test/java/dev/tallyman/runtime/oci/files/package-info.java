@NullMarked
package dev.tallyman.runtime.oci.files;

import org.jspecify.annotations.NullMarked;
