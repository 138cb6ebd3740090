/** Tests of the test kit itself. */
@NullMarked
package dev.tallyman.runtime.testkit;

import org.jspecify.annotations.NullMarked;
