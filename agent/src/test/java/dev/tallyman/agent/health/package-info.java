@NullMarked
package dev.tallyman.agent.health;

import org.jspecify.annotations.NullMarked;
