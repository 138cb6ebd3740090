@NullMarked
package dev.tallyman.controlplane.node;

import org.jspecify.annotations.NullMarked;
