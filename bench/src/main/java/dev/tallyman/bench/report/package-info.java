/**
 * Series of numbers, what they are compared with, and how they are shown and kept. Pure but for the
 * file.
 */
@NullMarked
package dev.tallyman.bench.report;

import org.jspecify.annotations.NullMarked;
