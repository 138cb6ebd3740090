@NullMarked
package dev.tallyman.agent.metrics;

import org.jspecify.annotations.NullMarked;
