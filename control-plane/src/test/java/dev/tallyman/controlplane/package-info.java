@NullMarked
package dev.tallyman.controlplane;

import org.jspecify.annotations.NullMarked;
