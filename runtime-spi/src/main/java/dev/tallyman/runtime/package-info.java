/**
 * The seam between Tallyman and the engines that run instances: {@link
 * dev.tallyman.runtime.ContainerRuntime}, its model and its closed set of errors.
 *
 * <p>Nothing in here knows an engine. A runtime implements {@code ContainerRuntime} and passes the
 * contract in the test-kit module.
 */
@NullMarked
package dev.tallyman.runtime;

import org.jspecify.annotations.NullMarked;
