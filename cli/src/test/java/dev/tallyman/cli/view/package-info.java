@NullMarked
package dev.tallyman.cli.view;

import org.jspecify.annotations.NullMarked;
