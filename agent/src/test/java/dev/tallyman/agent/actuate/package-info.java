@NullMarked
package dev.tallyman.agent.actuate;

import org.jspecify.annotations.NullMarked;
