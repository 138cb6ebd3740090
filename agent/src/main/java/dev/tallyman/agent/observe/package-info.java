/**
 * The eyes: {@link dev.tallyman.agent.observe.RuntimeWatch} follows one runtime by its events and
 * by full lists, and says when it comes and goes.
 */
@NullMarked
package dev.tallyman.agent.observe;

import org.jspecify.annotations.NullMarked;
