@NullMarked
package dev.tallyman.config.quantity;

import org.jspecify.annotations.NullMarked;
