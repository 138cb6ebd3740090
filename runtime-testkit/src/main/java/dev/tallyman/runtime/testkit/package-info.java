/**
 * What every runtime is tested with: the contract that all of them pass ({@link
 * dev.tallyman.runtime.testkit.ContainerRuntimeContract}), and a runtime in memory with scripted
 * programs and faults, for tests of what stands on top of runtimes.
 */
@NullMarked
package dev.tallyman.runtime.testkit;

import org.jspecify.annotations.NullMarked;
