@NullMarked
package dev.tallyman.controlplane.sync;

import org.jspecify.annotations.NullMarked;
