@NullMarked
package dev.tallyman.agent.plan;

import org.jspecify.annotations.NullMarked;
