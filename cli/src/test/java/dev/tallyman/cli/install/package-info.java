@NullMarked
package dev.tallyman.cli.install;

import org.jspecify.annotations.NullMarked;
