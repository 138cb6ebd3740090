@NullMarked
package dev.tallyman.agent.loop;

import org.jspecify.annotations.NullMarked;
