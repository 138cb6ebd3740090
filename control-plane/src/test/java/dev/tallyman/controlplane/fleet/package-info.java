@NullMarked
package dev.tallyman.controlplane.fleet;

import org.jspecify.annotations.NullMarked;
