@NullMarked
package dev.tallyman.transport;

import org.jspecify.annotations.NullMarked;
