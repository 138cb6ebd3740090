@NullMarked
package dev.tallyman.controlplane.store;

import org.jspecify.annotations.NullMarked;
