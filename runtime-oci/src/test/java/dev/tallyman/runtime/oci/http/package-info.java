@NullMarked
package dev.tallyman.runtime.oci.http;

import org.jspecify.annotations.NullMarked;
