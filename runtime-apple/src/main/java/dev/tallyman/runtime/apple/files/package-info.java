/** Secrets and configs on their way into instances. */
@NullMarked
package dev.tallyman.runtime.apple.files;

import org.jspecify.annotations.NullMarked;
