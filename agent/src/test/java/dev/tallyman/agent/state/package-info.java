@NullMarked
package dev.tallyman.agent.state;

import org.jspecify.annotations.NullMarked;
