@NullMarked
package dev.tallyman.bench.engine;

import org.jspecify.annotations.NullMarked;
