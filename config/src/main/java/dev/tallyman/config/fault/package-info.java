/**
 * Faults in what a person wrote: each with the place, the thing and what was expected. They are
 * collected, so that a person sees all of them at once.
 */
@NullMarked
package dev.tallyman.config.fault;

import org.jspecify.annotations.NullMarked;
