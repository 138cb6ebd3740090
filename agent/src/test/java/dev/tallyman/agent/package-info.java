@NullMarked
package dev.tallyman.agent;

import org.jspecify.annotations.NullMarked;
