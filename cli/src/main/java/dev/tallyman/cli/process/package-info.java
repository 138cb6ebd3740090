/** What a command sees of its process, and how it ends. */
@NullMarked
package dev.tallyman.cli.process;

import org.jspecify.annotations.NullMarked;
