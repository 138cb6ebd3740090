@NullMarked
package dev.tallyman.agent.report;

import org.jspecify.annotations.NullMarked;
