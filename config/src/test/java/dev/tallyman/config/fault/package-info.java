@NullMarked
package dev.tallyman.config.fault;

import org.jspecify.annotations.NullMarked;
