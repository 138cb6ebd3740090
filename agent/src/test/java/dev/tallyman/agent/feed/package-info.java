@NullMarked
package dev.tallyman.agent.feed;

import org.jspecify.annotations.NullMarked;
