@NullMarked
package dev.tallyman.runtime.oci.request;

import org.jspecify.annotations.NullMarked;
