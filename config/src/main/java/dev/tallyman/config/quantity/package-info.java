/**
 * Amounts as people write them: durations, byte sizes and CPU. Settings and manifests use the same
 * forms. Everything here is pure.
 */
@NullMarked
package dev.tallyman.config.quantity;

import org.jspecify.annotations.NullMarked;
