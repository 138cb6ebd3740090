@NullMarked
package dev.tallyman.agent.model;

import org.jspecify.annotations.NullMarked;
