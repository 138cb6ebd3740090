/** What is measured, one class for each scenario. */
@NullMarked
package dev.tallyman.bench.scenario;

import org.jspecify.annotations.NullMarked;
