@NullMarked
package dev.tallyman.config;

import org.jspecify.annotations.NullMarked;
