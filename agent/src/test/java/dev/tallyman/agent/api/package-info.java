@NullMarked
package dev.tallyman.agent.api;

import org.jspecify.annotations.NullMarked;
