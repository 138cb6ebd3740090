@NullMarked
package dev.tallyman.agent.wire;

import org.jspecify.annotations.NullMarked;
