@NullMarked
package dev.tallyman.bench.report;

import org.jspecify.annotations.NullMarked;
