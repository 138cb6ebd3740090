@NullMarked
package dev.tallyman.config.yaml;

import org.jspecify.annotations.NullMarked;
